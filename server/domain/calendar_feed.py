"""A user's planned visits for the calendar of their phone, fetched with a secret alone.

A calendar program cannot sign in, so the address itself is the key: 256 random bits, told once, of
which only a hash is kept. It opens nothing but the visits of its user that they may see now. It is
renewed and stopped by its user, and stands still with them: a user who is switched off, or the loss
of the device that asked for it, ends it. Whatever is wrong with a secret, the answer is the same.
"""

from __future__ import annotations

import base64
from hashlib import sha256
from typing import TYPE_CHECKING, TypeVar, cast

from server.domain.access import Moment, Session
from server.store import calendar_feeds, records, workspaces
from server.store.calendar_feeds import Feed
from sync_protocol import clock, visit_calendar
from sync_protocol.errors import NotFound, SignInRequired
from sync_protocol.records import (
    SETTINGS_ID,
    Account,
    Activity,
    Contact,
    Lead,
    Record,
    Settings,
    kind_of,
    rows,
)
from sync_protocol.session import CalendarFeed
from sync_protocol.visit_calendar import Appointment

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from sqlalchemy import Connection

    from server.domain.access import Access
    from server.store.records import Key, Stored
    from server.store.store import Store

SECRET_BYTES = 32
DAY_MS = 86_400_000
PAST_DAYS, AHEAD_DAYS = 30, 365
_UNKNOWN = "There is no such calendar."
R = TypeVar("R", bound=Record)


class CalendarFeeds:
    """`random(n)` gives n random bytes."""

    def __init__(
        self,
        store: Store,
        access: Access,
        now_ms: Callable[[], int],
        random: Callable[[int], bytes],
    ) -> None:
        self._store = store
        self._access = access
        self._now_ms = now_ms
        self._random = random

    def state(self, session: Session) -> CalendarFeed:
        """Whether there is a feed, never its secret."""
        with self._store.read() as connection:
            found = calendar_feeds.get(connection, session.workspace, session.user)
        return CalendarFeed(found.created_ms if found else None)

    def renew(self, session: Session) -> CalendarFeed:
        """A new secret; the one before opens nothing any more."""
        secret = base64.urlsafe_b64encode(self._random(SECRET_BYTES)).decode().rstrip("=")
        now_ms = self._now_ms()
        feed = Feed(session.workspace, session.user, _hashed(secret), session.device, now_ms)
        with self._store.write() as connection:
            workspaces.lock(connection, session.workspace)
            calendar_feeds.put(connection, feed)
        return CalendarFeed(now_ms, secret)

    def stop(self, session: Session) -> None:
        with self._store.write() as connection:
            workspaces.lock(connection, session.workspace)
            calendar_feeds.remove(connection, session.workspace, session.user)

    def read(self, secret: str) -> bytes:
        """The calendar that a secret opens; `NotFound` if it opens none."""
        with self._store.read() as connection:
            feed = calendar_feeds.by_secret(connection, _hashed(secret))
            if feed is None:
                raise NotFound(_UNKNOWN)
            return self._calendar(connection, feed)

    def _calendar(self, connection: Connection, feed: Feed) -> bytes:
        head = workspaces.get(connection, feed.workspace_id)
        session = Session(feed.workspace_id, feed.user_id, feed.device_id)
        try:
            scopes = self._access.actor(Moment(connection, head), session).scopes
        except SignInRequired:
            raise NotFound(_UNKNOWN) from None
        now_ms = self._now_ms()
        since, until = now_ms - PAST_DAYS * DAY_MS, now_ms + AHEAD_DAYS * DAY_MS
        found = calendar_feeds.visits(connection, feed, scopes, since, until)
        settings = _settings(connection, feed.workspace_id)
        appointments = _Parents(connection, feed.workspace_id, scopes).appointments(found)
        return visit_calendar.calendar(settings.name, appointments, settings.visit_min)


class _Parents:
    """Whom visits are with: only who may be seen, and none of what is hidden with its parent."""

    def __init__(self, connection: Connection, workspace: str, scopes: Collection[str]) -> None:
        self._connection = connection
        self._workspace = workspace
        self._scopes = scopes
        self._here: dict[Key, Stored] = {}

    def appointments(self, visits: list[Stored]) -> Iterator[Appointment]:
        """Of each visit that shows."""
        named = {key for visit in visits for key in _named(visit.fields)}
        self._load(named)
        self._load({("account", i) for x in [*self._here.values()] if (i := _account_of(x.fields))})
        for visit in visits:
            if not self._is_hidden(visit.fields):
                yield self._appointment(visit)

    def _appointment(self, visit: Stored) -> Appointment:
        activity = cast("Activity", rows.record(kind_of(Activity), visit.fields))
        return Appointment(
            activity,
            _changed_ms(visit),
            self._seen(Account, activity.account_id),
            self._seen(Contact, activity.contact_id),
            self._seen(Lead, activity.lead_id),
        )

    def _load(self, keys: set[Key]) -> None:
        self._here |= records.load(self._connection, self._workspace, keys - self._here.keys())

    def _is_hidden(self, fields: dict[str, object]) -> bool:
        """Deleted with a record it hangs beneath, or with that one's account."""
        above = [self._here[key].fields for key in _named(fields) if key in self._here]
        accounts = [("account", _account_of(one)) for one in above]
        above += [self._here[key].fields for key in accounts if key in self._here]
        return any(one["deleted"] for one in above)

    def _seen(self, struct: type[R], record_id: str) -> R | None:
        kind = kind_of(struct)
        found = self._here.get((kind.name, record_id))
        if found is None or found.scope not in self._scopes:
            return None
        return cast("R", rows.record(kind, found.fields))


def _named(fields: dict[str, object]) -> list[Key]:
    """What a visit hangs beneath."""
    kinds = {"account_id": "account", "contact_id": "contact", "lead_id": "lead"}
    return [(kind, str(fields[name])) for name, kind in kinds.items() if fields[name]]


def _account_of(fields: dict[str, object]) -> str:
    return str(fields.get("account_id") or "")


def _changed_ms(visit: Stored) -> int:
    state = visit.state
    return clock.millis(max(stamp.time for stamp in (state.base, *state.stamps.values())))


def _settings(connection: Connection, workspace: str) -> Settings:
    kind = kind_of(Settings)
    found = records.load(connection, workspace, [(kind.name, SETTINGS_ID)])
    stored = found.get((kind.name, SETTINGS_ID))
    return cast("Settings", rows.record(kind, stored.fields)) if stored else Settings(name="Visits")


def _hashed(secret: str) -> bytes:
    return sha256(secret.encode()).digest()
