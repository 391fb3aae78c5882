"""The sequence at which an epoch began."""

import sqlalchemy as sa
from alembic import op

revision = "r0011"
down_revision = "r0010"


def upgrade() -> None:
    begun = sa.Column("begun", sa.BigInteger(), server_default=sa.text("0"), nullable=False)
    with op.batch_alter_table("workspace", schema=None) as batch_op:
        batch_op.add_column(begun)
