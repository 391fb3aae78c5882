"""What was merged into a record is found without reading all records."""

import sqlalchemy as sa
from alembic import op

revision = "r0014"
down_revision = "r0013"


def upgrade() -> None:
    merged = sa.text("merged_into <> ''")
    for kind in ("account", "contact", "lead"):
        op.create_index(
            f"ix_{kind}_merged",
            kind,
            ["workspace_id", "merged_into"],
            sqlite_where=merged,
            postgresql_where=merged,
        )
