from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import pairwise

import msgspec
import pytest
from sqlalchemy import select

from server.domain.access import Moment
from server.domain.server_writes import FollowUp
from server.store import workspaces
from server.store.tables import history
from server.store.unit import Unit
from sync_protocol import clock
from sync_protocol.changes import MAX_NAME, Change
from sync_protocol.errors import (
    ClonedDevice,
    Gap,
    Malformed,
    SignInRequired,
    TooLarge,
    WrongDevice,
)
from sync_protocol.messages import MAX_PUSH, Applied, Push, Rejected
from sync_protocol.records import (
    Account,
    Activity,
    Contact,
    Label,
    Labelling,
    Task,
    Team,
    Territory,
    labelling_id,
)
from sync_protocol.records.cells import raw
from sync_protocol.rules.scopes import territory_scope, user_scope
from sync_protocol.rules.validity import MAX_CELLS
from tests.integration.server.office import Client, Office, create, update, value


def own_account(office: Office, client: Client, **facts: object) -> Account:
    """An account only its owner sees, already pushed."""
    values = {"name": "Bakery", "owner_id": client.session.user} | facts
    account = Account(id=office.id(), **values)
    assert isinstance(client.push(create(account)), Applied)
    return account


def test_a_changeset_is_applied_once_and_told_after_the_commit(office: Office) -> None:
    rep = office.user()
    client = office.client(rep)
    before = client.head.sequence
    verdict = client.push(create(Account(id=office.id(), name="Bakery", owner_id=rep.id)))
    assert verdict == Applied(1, before + 1, scopes=(user_scope(rep.id),))
    assert office.accepted == [(office.admin.workspace, before + 1)]
    assert client.hello().number == 1


def test_a_retry_gets_the_first_verdict_again_and_changes_nothing(office: Office) -> None:
    client = office.client(office.user())
    changeset = client.changeset(
        create(Account(id=office.id(), name="Bakery", owner_id=client.session.user))
    )
    first = client.send(changeset)
    head = client.head
    assert client.send(changeset) == first
    assert client.send(changeset, changeset) == first * 2
    assert client.head == head
    assert len(office.accepted) == 1


def test_a_retry_of_a_rejected_changeset_is_rejected_with_the_same_words(office: Office) -> None:
    client = office.client(office.user())
    changeset = client.changeset(update("account", office.id(), name="Nobody's"))
    first = client.send(changeset)
    assert isinstance(first[0], Rejected)
    assert client.send(changeset) == first


def test_a_gap_is_a_typed_error_and_nothing_behind_it_is_applied(office: Office) -> None:
    client = office.client(office.user())
    client.number = 2
    with pytest.raises(Gap) as error:
        client.push(create(Account(id=office.id(), name="Late", owner_id=client.session.user)))
    assert error.value.expected == 1
    assert client.hello().number == 0


def test_other_bytes_under_a_taken_number_mean_a_cloned_device(office: Office) -> None:
    client = office.client(office.user())
    own_account(office, client)
    client.number = 0
    with pytest.raises(ClonedDevice):
        client.push(create(Account(id=office.id(), name="Twin", owner_id=client.session.user)))


def test_a_stamp_from_the_future_is_replaced_and_later_ones_stay_behind_it(office: Office) -> None:
    client = office.client(office.user())
    account = own_account(office, client)
    year = clock.at(office.clock.now_ms + 365 * 86_400_000)
    first, second = client.send(
        client.changeset(update("account", account.id, name="One"), time=year),
        client.changeset(update("account", account.id, name="Two"), time=year + 1),
    )
    assert isinstance(first, Applied)
    assert isinstance(second, Applied)
    assert clock.millis(first.time) == office.clock.now_ms
    assert first.time < second.time
    third = client.push(
        update("account", account.id, name="Three"), time=clock.at(clock.millis(first.time) - 1)
    )
    assert isinstance(third, Applied)
    assert third.time > second.time
    (state,) = [s for s in client.states() if s.id == account.id]
    assert value(state, "name") == "Three"
    assert state.stamp_of("name").time == third.time


def test_what_is_dated_back_stays_there_on_a_device_whose_clock_was_put_right(
    office: Office,
) -> None:
    rita, ben = office.user(), office.user()
    ahead, other = office.client(rita), office.client(ben)
    territory = office.territory(rita, ben)
    account = Account(id=office.id(), name="Bakery", territory_id=territory.id)
    renewal = Account(id=office.id(), name="Renewal", territory_id=territory.id)
    due = office.clock.now_ms
    other.push(create(account))
    other.push(create(renewal), time=clock.as_of(due, other.number + 1))
    other.push(update("account", renewal.id, about="Spoke to them"))
    put_right = ahead.push(
        update("account", account.id, about="x"), time=clock.at(office.clock.now_ms + 3_600_000)
    )
    assert isinstance(put_right, Applied)
    assert put_right.time
    verdict = ahead.push(create(renewal), time=clock.as_of(due, ahead.number + 1))
    assert isinstance(verdict, Applied)
    assert verdict.time == 0
    (state,) = [s for s in ahead.states() if s.id == renewal.id]
    assert value(state, "about") == "Spoke to them"


def test_a_restamped_changeset_is_answered_alike_when_it_is_sent_again(office: Office) -> None:
    client = office.client(office.user())
    changeset = client.changeset(
        create(Account(id=office.id(), name="Bakery", owner_id=client.session.user)),
        time=clock.at(office.clock.now_ms + 3_600_000),
    )
    first = client.send(changeset)
    office.clock.now_ms += 60_000
    assert client.send(changeset) == first


def test_a_stamp_less_than_a_minute_ahead_is_left_alone(office: Office) -> None:
    client = office.client(office.user())
    time = clock.at(office.clock.now_ms + 59_000)
    verdict = client.push(
        create(Account(id=office.id(), name="Bakery", owner_id=client.session.user)), time=time
    )
    assert isinstance(verdict, Applied)
    assert verdict.time == 0


def test_an_update_of_an_unknown_id_and_of_one_out_of_scope_are_answered_alike(
    office: Office,
) -> None:
    account = own_account(office, office.client(office.user()))
    stranger = office.client(office.user())
    hidden = stranger.push(update("account", account.id, name="Mine"))
    unknown = stranger.push(update("account", office.id(), name="Mine"))
    assert isinstance(hidden, Rejected)
    assert isinstance(unknown, Rejected)
    assert (hidden.code, hidden.message) == (unknown.code, unknown.message)
    assert hidden.code == "gone"


def test_a_create_over_an_id_out_of_scope_changes_nothing(office: Office) -> None:
    owner = office.client(office.user())
    account = own_account(office, owner)
    stranger = office.client(office.user())
    stolen = Account(id=account.id, name="Mine", owner_id=stranger.session.user)
    verdict = stranger.push(create(stolen))
    assert isinstance(verdict, Rejected)
    assert [value(s, "name") for s in owner.states() if s.id == account.id] == ["Bakery"]


def test_a_parent_that_is_not_there_or_not_visible_is_named_by_its_field(office: Office) -> None:
    hidden = own_account(office, office.client(office.user()))
    stranger = office.client(office.user())
    for parent in (hidden.id, office.id()):
        contact = Contact(
            id=office.id(), name="Eva", account_id=parent, owner_id=stranger.session.user
        )
        verdict = stranger.push(create(contact))
        assert isinstance(verdict, Rejected)
        assert (verdict.code, verdict.field) == ("gone", "account_id")
        assert verdict.message.startswith("Account ")


def test_a_changeset_may_create_a_contact_before_its_account(office: Office) -> None:
    client = office.client(office.user())
    account = Account(id=office.id(), name="Bakery", owner_id=client.session.user)
    contact = Contact(id=office.id(), name="Eva", account_id=account.id)
    assert isinstance(client.push(create(contact), create(account)), Applied)


def test_a_rep_may_not_put_an_account_where_they_cannot_see_it(office: Office) -> None:
    office.territory(rep := office.user())
    elsewhere = office.territory(office.user())
    client = office.client(rep)
    verdict = client.push(create(Account(id=office.id(), name="Far", territory_id=elsewhere.id)))
    assert isinstance(verdict, Rejected)
    assert verdict.code == "forbidden"


def test_an_administrator_puts_customers_into_a_territory_that_is_made_with_them(
    office: Office,
) -> None:
    south = Territory(id=office.id(), name="South")
    account = Account(id=office.id(), name="Bakery", territory_id=south.id)
    contact = Contact(id=office.id(), name="Eva", account_id=account.id)
    admin, rep = (office.client(office.user(role)) for role in ("admin", "rep"))
    verdict = rep.push(create(south), create(account))
    assert isinstance(verdict, Rejected)
    assert (verdict.code, verdict.kind) == ("forbidden", "territory")
    assert isinstance(admin.push(create(contact), create(account), create(south)), Applied)
    assert f"territory:{south.id}" in admin.hello().scopes


def test_a_rep_may_make_a_label_but_not_change_one(office: Office) -> None:
    client = office.client(office.user())
    label = Label(id=office.id(), name="Vegan")
    assert isinstance(client.push(create(label)), Applied)
    changed = client.push(update("label", label.id, name="Meat"))
    replaced = client.push(create(Label(id=label.id, name="Meat")))
    assert isinstance(changed, Rejected)
    assert isinstance(replaced, Rejected)
    assert (changed.code, replaced.code) == ("forbidden", "forbidden")


def test_one_bad_change_rejects_its_whole_changeset_and_blocks_nothing_behind(
    office: Office,
) -> None:
    client = office.client(office.user())
    good = Account(id=office.id(), name="Good", owner_id=client.session.user)
    later = Account(id=office.id(), name="Later", owner_id=client.session.user)
    head = client.head
    bad, after = client.send(
        client.changeset(create(good), update("account", good.id, name="")),
        client.changeset(create(later)),
    )
    assert bad == Rejected(1, "invalid", "Name is needed.", "account", good.id, "name")
    assert isinstance(after, Applied)
    assert (after.number, after.sequence) == (2, head.sequence + 1)
    assert good.id not in {state.id for state in client.states()}


def test_a_cell_that_loses_is_answered_with_the_winner_and_kept_in_history(
    office: Office,
) -> None:
    one, two = office.user(), office.user()
    territory = office.territory(one, two)
    early, late = office.client(one), office.client(two)
    account = Account(id=office.id(), name="Bakery", territory_id=territory.id)
    early.push(create(account))
    t = clock.at(office.clock.now_ms)
    late.push(update("account", account.id, name="Late"), time=t + 20)
    verdict = early.push(update("account", account.id, name="Early", about="Kept"), time=t + 10)
    assert isinstance(verdict, Applied)
    (superseded,) = verdict.superseded
    assert (superseded.cell, superseded.user, superseded.time) == ("name", two.id, t + 20)
    with office.store.read() as connection:
        rows = connection.execute(select(history).where(history.c.cell == "name")).all()
    lost = {msgspec.msgpack.decode(row.value): row.lost for row in rows}
    assert lost == {"Bakery": False, "Late": False, "Early": True}


def test_a_value_overwritten_unseen_by_another_user_is_marked_lost(office: Office) -> None:
    one, two = office.user(), office.user()
    territory = office.territory(one, two)
    first, second = office.client(one), office.client(two)
    account = Account(id=office.id(), name="Bakery", territory_id=territory.id)
    first.push(create(account))
    seen = first.head.sequence
    first.push(update("account", account.id, name="First"), seen=seen)
    office.clock.now_ms += 1_000
    second.push(update("account", account.id, name="Second"), seen=seen)
    office.clock.now_ms += 1_000
    first.push(update("account", account.id, name="Third"), seen=seen + 2)
    with office.store.read() as connection:
        rows = connection.execute(select(history).where(history.c.cell == "name")).all()
    lost = {msgspec.msgpack.decode(row.value): row.lost for row in rows}
    assert lost == {"Bakery": False, "First": True, "Second": False, "Third": False}


def test_an_empty_changeset_takes_its_number_and_no_sequence(office: Office) -> None:
    client = office.client(office.user())
    head = client.head
    assert client.push() == Applied(1, 0)
    assert client.head == head
    assert client.hello().number == 1


def test_a_withdrawal_that_comes_too_late_learns_what_became_of_it(office: Office) -> None:
    client = office.client(office.user())
    account = Account(id=office.id(), name="Bakery", owner_id=client.session.user)
    verdict = client.push(create(account))
    client.number = 0
    assert client.push() == verdict


def test_what_came_before_a_bad_changeset_has_its_verdict(office: Office) -> None:
    client = office.client(office.user())
    good = client.changeset(create(Account(id=office.id(), name="A", owner_id=client.session.user)))
    bad = client.changeset(name="x" * (MAX_NAME + 1))
    behind = client.changeset()
    (verdict,) = client.send(good, bad, behind)
    assert isinstance(verdict, Applied)
    with pytest.raises(TooLarge):
        client.send(bad, behind)
    assert client.hello().number == 1


def test_a_labelling_must_have_the_id_of_its_label_and_record(office: Office) -> None:
    client = office.client(office.user())
    account = own_account(office, client)
    label = Label(id=office.id(), name="Vegan")
    client.push(create(label))
    facts = {"label_id": label.id, "record_kind": "account", "record_id": account.id}
    wrong = client.push(create(Labelling(id=office.id(), **facts)))
    assert isinstance(wrong, Rejected)
    assert wrong.code == "invalid"
    right = Labelling(id=labelling_id(label.id, account.id), **facts)
    assert isinstance(client.push(create(right)), Applied)
    again = office.client(client.session.user)
    verdict = again.push(create(right))
    assert isinstance(verdict, Applied)
    assert verdict.superseded == ()


def test_a_kind_of_a_newer_version_is_kept_for_its_author(office: Office) -> None:
    client = office.client(office.user())
    record_id = office.id()
    new = msgspec.structs.replace(update("drone", record_id, height=3), create=True)
    assert isinstance(client.push(new), Applied)
    assert isinstance(client.push(update("drone", record_id, height=4)), Applied)
    (state,) = [s for s in client.states() if s.kind == "drone"]
    assert value(state, "height") == 4
    stranger = office.client(office.user())
    verdict = stranger.push(update("drone", record_id, height=5))
    assert isinstance(verdict, Rejected)
    assert verdict.code == "gone"
    assert not [s for s in stranger.states() if s.kind == "drone"]


def test_an_unknown_field_is_kept_and_comes_back(office: Office) -> None:
    client = office.client(office.user())
    account = own_account(office, client)
    assert isinstance(client.push(update("account", account.id, colour="red")), Applied)
    (state,) = [s for s in client.states() if s.id == account.id]
    assert value(state, "colour") == "red"


def test_an_unknown_field_that_is_called_as_a_merge_is_stops_nothing(office: Office) -> None:
    client = office.client(office.admin.user)
    task = Task(id=office.id(), title="Call Rosa", owner_id=office.admin.user)
    assert isinstance(client.push(create(task)), Applied)
    named = Change("task", task.id, {"merged_into": raw("another")})
    assert isinstance(client.push(named), Applied)
    assert isinstance(client.push(update("task", task.id, title="Call Rosa today")), Applied)


@pytest.mark.parametrize("kind", ["label", "future"])
def test_a_record_may_hold_so_much_and_no_more(office: Office, kind: str) -> None:
    client, key = office.client(office.admin.user), office.id()
    client.push(Change(kind, key, {"name": raw("Prospect")}, create=True))
    few = {f"x{number}": raw(1) for number in range(MAX_CELLS - 20)}
    assert isinstance(client.push(Change(kind, key, few)), Applied)
    verdict = client.push(Change(kind, key, {f"y{number}": raw(1) for number in range(21)}))
    assert isinstance(verdict, Rejected)
    assert (verdict.code, verdict.message) == ("invalid", "This record would hold too much.")
    assert isinstance(client.push(Change(kind, key, {"x1": raw(2)})), Applied)


def test_of_a_late_edit_so_much_reaches_a_full_record_as_it_can_hold(office: Office) -> None:
    client = office.client(office.user())
    shop, double = own_account(office, client), own_account(office, client)
    full = {f"x{number}": raw(1) for number in range(MAX_CELLS - 30)}
    assert isinstance(client.push(update("account", shop.id, **full)), Applied)
    client.push(update("account", double.id, merged_into=shop.id))
    late = {f"y{number}": raw(1) for number in range(60)}
    edit = Change("account", double.id, {"about": raw("Closed on Mondays"), **late})
    assert isinstance(client.push(edit), Applied)
    (state,) = [s for s in client.states() if s.id == shop.id]
    assert value(state, "about") == "Closed on Mondays"
    assert MAX_CELLS - 30 < len(state.cells) <= MAX_CELLS


def test_a_record_grows_no_larger_than_what_is_sent_in_one_piece(office: Office) -> None:
    client, key = office.client(office.user()), office.id()
    verdicts = [
        client.push(Change("future", key, {f"x{number}": raw("x" * 900_000)}, create=not number))
        for number in range(3)
    ]
    assert [type(verdict) for verdict in verdicts] == [Applied, Applied, Rejected]


def test_a_push_to_an_earlier_life_of_the_server_is_a_gap_and_nothing_of_it_is_taken(
    office: Office,
) -> None:
    client = office.client(office.user())
    contact = client.changeset(
        create(Contact(id=office.id(), name="Ada", owner_id=client.session.user))
    )
    request = Push(client.session.device, (contact,), client.head.epoch)
    office.workspaces.open_epoch()
    with pytest.raises(Gap) as told:
        office.exchange.push(client.session, request)
    assert told.value.expected == 1
    assert client.states(scopes=(user_scope(client.session.user),)) == []
    now = msgspec.structs.replace(request, epoch=client.head.epoch)
    (verdict,) = office.exchange.push(client.session, now).verdicts
    assert isinstance(verdict, Applied)


def test_who_is_switched_off_is_not_told_either_that_the_server_was_restored(
    office: Office,
) -> None:
    client, admin = office.client(office.user()), office.client(office.user(role="admin"))
    late = Push(client.session.device, (client.changeset(),), client.head.epoch)
    admin.push(update("user", client.session.user, active=False))
    office.workspaces.open_epoch()
    with pytest.raises(SignInRequired):
        office.exchange.push(client.session, late)


def test_a_device_pushes_only_its_own_changesets(office: Office) -> None:
    client, other = office.client(office.user()), office.client(office.user())
    with pytest.raises(Malformed):
        client.send(other.changeset())
    with pytest.raises(WrongDevice):
        office.exchange.push(client.session, Push(other.session.device))


def test_a_push_of_too_many_changesets_is_refused_before_any_is_taken(office: Office) -> None:
    client = office.client(office.user())
    with pytest.raises(TooLarge):
        client.send(*(client.changeset() for _ in range(MAX_PUSH + 1)))
    assert client.hello().number == 0


def test_who_is_switched_off_gets_no_verdict_and_no_number_is_taken(office: Office) -> None:
    rep = office.user()
    client, admin = office.client(rep), office.client(office.admin.user)
    assert isinstance(admin.push(update("user", rep.id, active=False)), Applied)
    withdrawn = client.changeset()
    with pytest.raises(SignInRequired):
        client.send(withdrawn)
    admin.push(update("user", rep.id, active=True))
    assert client.send(withdrawn) == (Applied(1, 0),)


def test_a_device_that_uses_a_stamp_twice_stops_nothing(office: Office) -> None:
    client = office.client(office.user())
    account = own_account(office, client)
    created = client.time
    for name in ("Zoo", "Bar", "Zoo"):
        change = update("account", account.id, name=name)
        assert isinstance(client.push(change, time=created), Applied)
        assert isinstance(client.push(change, time=created + 1), Applied)
    (state,) = [s for s in client.states() if s.id == account.id]
    assert value(state, "name") == "Zoo"


def test_a_late_edit_reaches_the_last_of_however_many_merges_in_a_row(office: Office) -> None:
    client = office.client(office.user("office"))
    own = client.session.user
    accounts = [Account(id=office.id(), name=f"{n}", owner_id=own) for n in range(300)]
    client.send(client.changeset(*map(create, accounts)))
    merges = [
        update("account", one.id, merged_into=another.id) for one, another in pairwise(accounts)
    ]
    client.send(*map(client.changeset, merges))
    for about in ("Rita's", "Rita's, once more"):
        assert isinstance(client.push(update("account", accounts[0].id, about=about)), Applied)
        (last,) = [state for state in client.states() if state.id == accounts[-1].id]
        assert value(last, "about") == about


def test_people_are_not_remembered_as_a_transaction_that_failed_had_left_them(
    office: Office,
) -> None:
    rep = office.user()
    north = office.territory(rep)

    def people(place: Unit | Moment) -> frozenset[str]:
        found = office.access.people(place)
        return found.scopes(found.users[rep.id])

    with suppress(ConnectionError), office.store.write() as connection:
        unit = Unit(connection, office.admin.workspace)
        nobody = FollowUp((update("territory", north.id, **{f"reps.{rep.id}": False}),))
        office.exchange._acceptance.write(unit, office.admin, nobody, office.clock())
        assert territory_scope(north.id) not in people(unit)
        raise ConnectionError
    office.territory(name="South")  # at the sequence that was to be the failed one's
    with office.store.read() as connection:
        head = workspaces.get(connection, office.admin.workspace)
        assert head.people == unit.head.people
        assert territory_scope(north.id) in people(Moment(connection, head))


def test_parallel_deliveries_of_one_push_have_one_effect_and_one_answer(office: Office) -> None:
    client = office.client(office.user())
    own = client.session.user
    accounts = [Account(id=office.id(), name=f"{n}", owner_id=own) for n in range(5)]
    changesets = [client.changeset(create(account)) for account in accounts]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: client.send(*changesets), range(4)))
    assert all(answer == answers[0] for answer in answers)
    (accepted,) = office.accepted  # one transaction of one of them
    assert [verdict.sequence for verdict in answers[0]] == [
        *range(accepted[1] - 4, accepted[1] + 1)
    ]


def test_many_devices_at_once_get_every_sequence_once(office: Office) -> None:
    clients = [office.client(office.user()) for _ in range(4)]
    head = clients[0].head.sequence

    def work(client: Client) -> list[int]:
        verdicts = [
            client.push(create(Label(id=name, name=name)))
            for name in (f"{client.session.device}-{n}" for n in range(10))
        ]
        return [verdict.sequence for verdict in verdicts if isinstance(verdict, Applied)]

    with ThreadPoolExecutor(4) as pool:
        sequences = [sequence for found in pool.map(work, clients) for sequence in found]
    assert sorted(sequences) == list(range(head + 1, head + 41))
    assert len(clients[0].pull(clients[0].page().cut).entries) == 0


def test_a_manager_plans_a_visit_for_a_rep_where_they_lead_and_nowhere_else(
    office: Office,
) -> None:
    team = Team(id=office.id(), name="North")
    office.add(team)
    manager, rep = office.user("manager", team_id=team.id), office.user()
    client = office.client(manager)
    led, other = office.territory(rep, team_id=team.id), office.territory(rep, name="South")
    for territory in (led, other):
        shop = Account(id=office.id(), name="Bakery", territory_id=territory.id)
        office.add(shop)
        visit = Activity(
            id=office.id(), kind="visit", at=1, status="planned",
            account_id=shop.id, owner_id=rep.id,
        )  # fmt: skip
        verdict = client.push(create(visit))
        arrived = [state.id for state in office.client(rep).states() if state.kind == "activity"]
        assert isinstance(verdict, Applied) is (territory is led)
        assert (visit.id in arrived) is (territory is led)
