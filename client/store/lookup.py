"""One search over everything: the best few records of each type, while one types.

Several ways are gone, each only where the ones before found too little. First the names that begin
as typed are read from the index that lists are sorted by: enough, mostly, of what a letter finds
among very many. Then all words are asked of the full-text index at once; several also of that of
the accounts, whose records are found by them. Then each by itself may be in the record, in its
account or in a label on it. Then words are looked for that somebody may have meant: those of the
index that begin as the typed one does and are one letter away from it (two, from eight letters on;
swapped letters count once). Better hits come first: the very name, its beginning, words of it,
anything else in the record; what was only meant comes last.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import and_, bindparam, column, func, literal, literal_column, select, table, text

from client.store import queries, search, tables
from client.store.prepared import Prepared, run_text
from sync_protocol.records import kinds
from sync_protocol.rules.conditions import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from sqlite3 import Connection as Sqlite

    from sqlalchemy import ColumnElement, Connection, Select

    from sync_protocol.records import Kind

EXACT, BEGINS, WORDS, ELSEWHERE, MEANT = range(5)
MOST_RANKED = 500
"""Of more hits of the index than these the first are ranked: each has to be read for that."""
SHORTEST_MEANT = 4
LONG = 8
ALTERNATIVES = 8
_LAST = chr(0x10FFFF)
_TITLES = ("name", "title", "number", "note")


class Hit(NamedTuple):
    kind: str
    id: str
    title: str
    rank: int


class Word(NamedTuple):
    """A word of the index that may have been meant, and how far it is from what was typed."""

    distance: int
    text: str


def teach(connection: Sqlite) -> None:
    """Let SQLite call the rule by which hits are ranked."""
    connection.create_function("fieldbook_rank", 2, _rank, deterministic=True)


def look_up(
    connection: Connection, typed: str, of: Sequence[str], limit: int, now_ms: int
) -> list[Hit]:
    """The best hits, at most `limit` of each type, in the order of `of`, the better types first."""
    if not search.terms(typed):
        return []
    wanted = [kinds()[name] for name in of if _is_there(connection, kinds()[name])]
    found = _sure(connection, wanted, typed, limit, now_ms)
    if not any(found.values()):
        found = {kind.name: _meant(connection, kind, typed, limit) for kind in wanted}
    groups = [group for group in found.values() if group]
    return [hit for group in sorted(groups, key=lambda group: group[0].rank) for hit in group]


def distance(typed: str, word: str, most: int) -> int:
    """How many letters are between what was typed and the nearest beginning of a word.

    Optimal string alignment: a letter more, less, another, or two swapped; `most` + 1 if further.
    """
    before: list[int] = []
    last = list(range(len(word) + 1))
    for i, letter in enumerate(typed, 1):
        row = [i]
        for j, other in enumerate(word, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != other))
            if i > 1 < j and letter == word[j - 2] and typed[i - 2] == other:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
        before, last = last, row
    return min(*last, most + 1)


# --- what was typed ---


def _sure(
    connection: Connection, wanted: Sequence[Kind], typed: str, limit: int, now_ms: int
) -> dict[str, list[Hit]]:
    terms = search.terms(typed)
    asked = _asked([[term] for term in terms])
    found = {kind.name: _named(connection, kind, typed, limit) for kind in wanted}
    ways: list[Callable[[Kind], list[Hit]]] = [
        lambda kind: _indexed(connection, kind, typed, asked, limit)
    ]
    if len(terms) > 1:
        ways.append(lambda kind: _beneath(connection, kind, typed, asked, limit))
    if not search.is_number(typed):
        ways.append(lambda kind: _one_by_one(connection, kind, typed, limit, now_ms))
    for way in ways:
        for kind in wanted:
            if len(found[kind.name]) < limit:
                found[kind.name] = _joined(found[kind.name], way(kind), limit)
        if sum(map(len, found.values())) >= limit:
            break
    return found


def _joined(found: list[Hit], more: list[Hit], limit: int) -> list[Hit]:
    """The best of both, each once."""
    known = {hit.id for hit in found}
    every = [*found, *(hit for hit in more if hit.id not in known)]
    return sorted(every, key=lambda hit: hit.rank)[:limit]


def _named(connection: Connection, kind: Kind, typed: str, limit: int) -> list[Hit]:
    """Records whose names begin as typed: none comes before these."""
    if not tables.is_sorted(kind):
        return []
    begins = _folded(typed)
    values = {"begins": begins, "ends": begins + _LAST, "most": limit}
    found = _by_name(kind).all(connection, values)
    return [Hit(kind.name, i, name, EXACT if by == begins else BEGINS) for i, name, by in found]


def _indexed(connection: Connection, kind: Kind, typed: str, asked: str, limit: int) -> list[Hit]:
    """Records whose text holds what is asked."""
    values = {"asked": asked, "typed": _folded(typed), "most": limit}
    return [Hit(kind.name, *row) for row in _by_index(kind).run(connection, values)]


def _beneath(connection: Connection, kind: Kind, typed: str, asked: str, limit: int) -> list[Hit]:
    """Records of accounts whose text holds what is asked."""
    if "account_id" not in kind.fields:
        return []
    values = {"asked": asked, "typed": _folded(typed), "most": limit}
    return [Hit(kind.name, *row) for row in _by_account(kind).run(connection, values)]


def _one_by_one(
    connection: Connection, kind: Kind, typed: str, limit: int, now_ms: int
) -> list[Hit]:
    """Records that are found by each word, wherever it is: in their account, in a label."""
    terms = search.terms(typed)
    if not all(_is_anywhere(connection, kind, term) for term in terms):
        return []
    rows = tables.of(kind)
    found = and_(*[queries.mentions(kind, rows, term, now_ms) for term in terms])
    best = _best(kind, found, literal(_folded(typed)), literal(limit))
    return [Hit(kind.name, *row) for row in connection.execute(best)]


def _is_anywhere(connection: Connection, kind: Kind, term: str) -> bool:
    """Whether any record of a type may be found by a word: told at once of a misspelt one."""
    above = ["label", *(["account"] if "account_id" in kind.fields else [])]
    values = {"asked": _asked([[term]])}
    some = (kind, *(kinds()[name] for name in above))
    return any(_held(one).first(connection, values) is not None for one in some)


@cache
def _held(kind: Kind) -> Prepared:
    name = tables.search_name(kind)
    hits = table(name, column("rowid"))
    return Prepared(select(hits.c.rowid).where(text(f"{name} MATCH :asked")).limit(1))


@cache
def _by_name(kind: Kind) -> Prepared:
    rows = tables.of(kind)
    by = rows.c[tables.SORTED]
    return Prepared(
        select(rows.c.id, rows.c[tables.SORTED_BY], by)
        .where(by >= bindparam("begins"), by < bindparam("ends"))
        .where(rows.c.base_time > 0, *queries.visible(kind, rows))
        .order_by(by, rows.c.id)
        .limit(bindparam("most"))
    )


@cache
def _by_index(kind: Kind) -> Prepared:
    """Made once: what is asked at every letter must not be compiled at every letter.

    Records are read as the index finds them: the first are enough, so it need not find them all.
    """
    name = tables.search_name(kind)
    hits = table(name, column("rowid"))
    found = and_(hits.c.rowid == tables.of(kind).c.row, text(f"{name} MATCH :asked"))
    return Prepared(_best(kind, found, bindparam("typed"), bindparam("most")))


@cache
def _by_account(kind: Kind) -> Prepared:
    account = kinds()["account"]
    accounts, name = tables.of(account), tables.search_name(account)
    hits = table(name, column("rowid"))
    holding = select(hits.c.rowid).where(text(f"{name} MATCH :asked"))
    above = select(accounts.c.id).where(accounts.c.row.in_(holding))
    found = tables.of(kind).c.account_id.in_(above)
    return Prepared(_best(kind, found, bindparam("typed"), bindparam("most")))


def _best(kind: Kind, found: ColumnElement[bool], typed: Any, most: Any) -> Select[Any]:
    rows = tables.of(kind)
    title = rows.c[next(name for name in _TITLES if name in kind.fields)]
    few = (
        select(rows.c.id, title.label("title"))
        .where(rows.c.base_time > 0, *queries.visible(kind, rows), found)
        .limit(literal_column(str(MOST_RANKED)))
        .subquery()
    )
    rank = func.fieldbook_rank(few.c.title, typed)
    return select(few, rank.label("rank")).order_by(rank, few.c.title).limit(most)


def _is_there(connection: Connection, kind: Kind) -> bool:
    """Whether a type has any records: most of a small company's have none."""
    asked = f'SELECT 1 FROM "{kind.name}" LIMIT 1'  # noqa: S608 - our own names
    return connection.exec_driver_sql(asked).first() is not None


def _asked(words: list[list[str]]) -> str:
    """Rows are wanted that hold, for each list, a word that begins with one of it."""
    return " AND ".join(f"({' OR '.join(f'{_quoted(w)}*' for w in some)})" for some in words)


def _quoted(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'


def _rank(title: str | None, typed: str) -> int:
    """How well a title answers what was typed, which is folded already."""
    name = fold(title or "")
    if name.startswith(typed):
        return EXACT if name == typed else BEGINS
    return WORDS if all(found(name) for found in _beginnings(typed)) else ELSEWHERE


@lru_cache(maxsize=64)
def _beginnings(typed: str) -> list[Callable[[str], object]]:
    """What looks for a word that begins as one of those typed."""
    return [re.compile(rf"\b{word}").search for word in search.words(typed)]


def _folded(typed: str) -> str:
    """What was typed, as names are compared with it."""
    return " ".join(fold(typed).split())


# --- what was meant ---


def _meant(connection: Connection, kind: Kind, typed: str, limit: int) -> list[Hit]:
    """Each word as it is, or one that it may have been meant to be."""
    terms = search.terms(typed)
    words = [[term, *(word.text for word in near(connection, kind, term))] for term in terms]
    if all(len(some) == 1 for some in words):
        return []
    hits = _indexed(connection, kind, typed, _asked(words), limit)
    return [hit._replace(rank=MEANT + hit.rank) for hit in hits]


def near(connection: Connection, kind: Kind, typed: str) -> list[Word]:
    """The words of the index that a misspelt one may have been meant to be, the nearest first."""
    term = fold(typed)
    if len(term) < SHORTEST_MEANT or not term.isalpha():
        return []
    most = 2 if len(term) >= LONG else 1
    found = {
        Word(distance(term, word[: len(term) + most], most), word)
        for first in {term[0], term[1]}
        for word in _vocabulary(connection, kind, first)
        if len(word) >= len(term) - most and sum(c not in word for c in term) <= most
    }
    return sorted(word for word in found if word.distance <= most)[:ALTERNATIVES]


def _vocabulary(connection: Connection, kind: Kind, first: str) -> list[str]:
    """The words of a type's index that begin with a letter."""
    run_text(
        connection,
        f"CREATE VIRTUAL TABLE IF NOT EXISTS temp.{kind.name}_words USING "
        f"fts5vocab('main', '{tables.search_name(kind)}', 'row')",
    )
    values = {"begins": first, "ends": chr(ord(first) + 1)}
    return [word for (word,) in _words(kind).all(connection, values)]


@cache
def _words(kind: Kind) -> Prepared:
    word = table(f"{kind.name}_words", column("term")).c.term
    return Prepared(select(word).where(word >= bindparam("begins"), word < bindparam("ends")))
