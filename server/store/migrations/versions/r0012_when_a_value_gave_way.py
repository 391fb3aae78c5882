"""The sequence at which a value in the history gave way: from then on it is kept.

Of those that gave way before, nobody noted when: they are kept from now on.
"""

import sqlalchemy as sa
from alembic import op

revision = "r0012"
down_revision = "r0011"

_FROM_NOW_ON = """
UPDATE history SET displaced = (
    SELECT sequence FROM workspace WHERE workspace.workspace_id = history.workspace_id
)
WHERE lost OR sequence = 0 OR EXISTS (
    SELECT 1 FROM history AS later
    WHERE later.workspace_id = history.workspace_id AND later.kind = history.kind
    AND later.record_id = history.record_id AND later.cell = history.cell
    AND (later.time, later.device_id) > (history.time, history.device_id)
)
"""


def upgrade() -> None:
    displaced = sa.Column("displaced", sa.BigInteger(), server_default=sa.text("0"), nullable=False)
    with op.batch_alter_table("history", schema=None) as batch_op:
        batch_op.add_column(displaced)
    op.execute(_FROM_NOW_ON)
