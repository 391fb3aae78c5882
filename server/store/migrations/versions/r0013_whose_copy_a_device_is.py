"""Whose copy a device is that goes on under a new id."""

import sqlalchemy as sa
from alembic import op

revision = "r0013"
down_revision = "r0012"


def upgrade() -> None:
    with op.batch_alter_table("device", schema=None) as batch_op:
        batch_op.add_column(sa.Column("copy_of", sa.BigInteger(), nullable=True))
