"""Attachments, and files beside the records."""

import sqlalchemy as sa
from alembic import op

revision = "r0004"
down_revision = "r0003"


def upgrade() -> None:
    op.create_table(
        "attachment",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("record_kind", sa.Text(), nullable=False),
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("taken_at", sa.BigInteger(), nullable=True),
        sa.Column("position", sa.Text(), nullable=True),
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("base_time", sa.BigInteger(), nullable=False),
        sa.Column("base_device", sa.BigInteger(), nullable=False),
        sa.Column("stamps", sa.LargeBinary(), nullable=True),
        sa.Column("extra", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_attachment")),
    )
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_attachment_workspace_id_content"),
            ["workspace_id", "content"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_attachment_workspace_id_record_id"),
            ["workspace_id", "record_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_attachment_workspace_id_scope_id"),
            ["workspace_id", "scope", "id"],
            unique=False,
        )

    op.create_table(
        "blob",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("stored_ms", sa.BigInteger(), nullable=False),
        sa.Column("unnamed_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "hash", name=op.f("pk_blob")),
    )
    op.create_table(
        "blob_holder",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "hash", "user_id", name=op.f("pk_blob_holder")),
    )
    op.create_table(
        "blob_upload",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("device_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("received", sa.BigInteger(), nullable=False),
        sa.Column("touched_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "device_id", "hash", name=op.f("pk_blob_upload")),
    )
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_contact_workspace_id_photo"), ["workspace_id", "photo"], unique=False
        )
