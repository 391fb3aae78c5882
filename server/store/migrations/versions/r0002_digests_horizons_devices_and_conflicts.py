"""Digests, horizons, devices and conflicts."""

import sqlalchemy as sa
from alembic import op

revision = "r0002"
down_revision = "r0001"


def upgrade() -> None:
    op.create_table(
        "scope_digest",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "scope", name=op.f("pk_scope_digest")),
    )
    with op.batch_alter_table("device", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("locked", sa.Boolean(), server_default=sa.text("false"), nullable=False)
        )
        batch_op.add_column(
            sa.Column("wipe", sa.Text(), server_default=sa.text("''"), nullable=False)
        )
        batch_op.add_column(sa.Column("wiped_ms", sa.BigInteger(), nullable=True))
        batch_op.add_column(
            sa.Column("resync", sa.BigInteger(), server_default=sa.text("0"), nullable=False)
        )
        batch_op.add_column(
            sa.Column("cursor", sa.BigInteger(), server_default=sa.text("0"), nullable=False)
        )
        batch_op.add_column(sa.Column("diverged_ms", sa.BigInteger(), nullable=True))

    with op.batch_alter_table("history", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("name", sa.Text(), server_default=sa.text("''"), nullable=False)
        )
        batch_op.create_index(
            "ix_history_lost",
            ["workspace_id", "sequence"],
            unique=False,
            sqlite_where=sa.text("lost"),
            postgresql_where=sa.text("lost"),
        )

    with op.batch_alter_table("workspace", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("oldest", sa.BigInteger(), server_default=sa.text("0"), nullable=False)
        )
