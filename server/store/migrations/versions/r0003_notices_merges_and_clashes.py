"""Notices, merges and clashes."""

import sqlalchemy as sa
from alembic import op

revision = "r0003"
down_revision = "r0002"


def upgrade() -> None:
    op.create_table(
        "notice",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("deleted", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("owner_id", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("reason", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("record_kind", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("record_id", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("title", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("cells", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("by_id", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("at", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("under_kind", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("under_id", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("dismissed", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("base_time", sa.BigInteger(), nullable=False),
        sa.Column("base_device", sa.BigInteger(), nullable=False),
        sa.Column("stamps", sa.LargeBinary(), nullable=True),
        sa.Column("extra", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_notice")),
    )
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_notice_workspace_id_scope_id"),
            ["workspace_id", "scope", "id"],
            unique=False,
        )

    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("merged_into", sa.Text(), server_default=sa.text("''"), nullable=False)
        )

    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("merged_into", sa.Text(), server_default=sa.text("''"), nullable=False)
        )

    with op.batch_alter_table("label", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("clash", sa.Text(), server_default=sa.text("''"), nullable=False)
        )

    with op.batch_alter_table("outcome", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("clash", sa.Text(), server_default=sa.text("''"), nullable=False)
        )

    with op.batch_alter_table("team", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("clash", sa.Text(), server_default=sa.text("''"), nullable=False)
        )

    with op.batch_alter_table("territory", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("clash", sa.Text(), server_default=sa.text("''"), nullable=False)
        )
