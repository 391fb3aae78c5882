"""Unfinished forms, kept on this device until they are saved or thrown away.

Whoever listens to changes hears of them under `DRAFTS`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from client.replica.base import Base
from client.store import drafts

if TYPE_CHECKING:
    from client.store.drafts import DraftKey, KeptDraft

DRAFTS = "keptdraft"


class Drafting(Base):
    """Drafts are on the disk when `keep_draft` returns, and are never sent anywhere."""

    def draft(self, key: DraftKey) -> KeptDraft | None:
        """What was typed into a form and not saved."""
        return drafts.read(self._connection, key)

    def drafts(self) -> list[KeptDraft]:
        """Every unfinished form, the latest first."""
        return drafts.listed(self._connection)

    def keep_draft(self, kept: KeptDraft) -> None:
        with self._database.transaction() as connection:
            drafts.write(connection, kept)
            self._database.touch(DRAFTS, kept.id)

    def drop_draft(self, key: DraftKey) -> None:
        """Forget it; within a changeset only if that is written, too."""
        if self.draft(key) is not None:
            with self._database.transaction() as connection:
                drafts.drop(connection, key)
                self._database.touch(DRAFTS, key.id)
