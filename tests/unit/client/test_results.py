"""What was done and how it went: the counts are those of plain SQL, and each has its list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from client import results
from client.results import Part
from sync_protocol.records import Account, Activity, Outcome, OutcomeGiven

if TYPE_CHECKING:
    from client.replica import Replica

DAY_MS = 86_400_000
DONE = st.tuples(
    st.sampled_from(["visit", "call"]),
    st.sampled_from(["", "won", "lost"]),
    st.sampled_from(["", "far away"]),
    st.sampled_from(["done", "done", "planned", "cancelled"]),
    st.sampled_from(["rita", "olga"]),
    st.integers(0, 120),
    st.booleans(),
)
ORACLE = """
    select a.kind, coalesce(json_extract(outcome, '$.outcome_id'), ''), a.owner_id, count(*)
    from activity a join account on account.id = a.account_id
    where status = 'done' and at >= ? and at <= ? and not a.deleted and not account.deleted
    group by 1, 2, 3 order by 1, 2, 3
"""


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(st.lists(DONE, max_size=20), st.sampled_from([*results.PERIODS]))
def test_the_counts_are_those_of_plain_sql_and_each_leads_to_its_list(
    replica: Replica, done: list[tuple[str, str, str, str, str, int, bool]], period: str
) -> None:
    now = replica.now()
    with replica.changeset("Start"):
        for activity in replica.find(Activity):
            replica.delete(activity)
        here, gone = (replica.create(Account(name=name)) for name in ("Here", "Gone"))
        for kind, outcome, reason, status, owner, days, hidden in done:
            replica.create(
                Activity(
                    kind=kind,
                    at=now - days * DAY_MS,
                    status=status,
                    owner_id=owner,
                    outcome=OutcomeGiven(outcome, reason) if outcome else None,
                    account_id=gone.id if hidden else here.id,
                )
            )
        replica.delete(gone)
    since = results.since(replica, period)
    found = sorted(map(tuple, replica.outcome_tallies(Part(since))))
    assert found == [
        tuple(row) for row in replica._connection.exec_driver_sql(ORACLE, (since, now)).fetchall()
    ]
    told = results.read(replica, Part(since))
    total = sum(count for *_by, count in found)
    assert sum(group.many for group in told.kinds) == total
    assert sum(group.many for group in told.people) == total
    for group in told.kinds:
        assert group.many == sum(share.many for share in group.shares)
        for share in group.shares:
            behind = results.behind(replica, Part(since, group.key, share.outcome_id))
            assert len(behind) == share.many
    for group in told.people:
        assert len(results.behind(replica, Part(since, owner_id=group.key))) == group.many


def test_the_commonest_outcome_is_first_and_none_is_last(replica: Replica) -> None:
    sold, out = (replica.create(Outcome(name=name, colour="#2e7d32")) for name in ("Sold", "Out"))
    for outcome in (None, None, None, out, sold, sold):
        given_ = OutcomeGiven(outcome.id) if outcome else None
        replica.create(Activity(kind="call", at=replica.now(), outcome=given_))
    (calls,) = results.read(replica, Part()).kinds
    assert [(share.name, share.many) for share in calls.shares] == [
        ("Sold", 2), ("Out", 1), ("", 3),
    ]  # fmt: skip
