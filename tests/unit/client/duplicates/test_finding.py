from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.dialects import sqlite

from client.replica import Replica
from client.store import likenesses, migrations
from sync_protocol.records import (
    SETTINGS_ID,
    Account,
    Contact,
    Conversion,
    Email,
    Lead,
    Phone,
    Settings,
    entries,
)
from tests.unit.client.plans import plans


def index(replica: Replica) -> None:
    while replica.index_some():
        pass


def german(replica: Replica) -> None:
    replica.create(Settings(id=SETTINGS_ID, name="Acme", region="DE"))


def test_who_was_written_a_moment_ago_is_found(replica: Replica) -> None:
    german(replica)
    ada = replica.create(Contact(name="Ada Byrne", phones=entries(Phone("09261 62800"))))
    (match,) = replica.similar(Contact(name="", phones=entries(Phone("+49 9261 62800"))))
    assert (match.record, match.why) == (ada, "same phone")


def test_a_lookup_follows_an_edit(replica: Replica) -> None:
    ada = replica.create(Contact(name="Ada Byrne"))
    index(replica)
    replica.update(ada, name="Grace Hopper")
    assert replica.similar(Contact(name="Ada Byrne")) == []
    assert [m.record.id for m in replica.similar(Contact(name="Grace Hoper"))] == [ada.id]


def test_a_lookup_follows_what_the_account_is_called(replica: Replica) -> None:
    adler = replica.create(Account(name="Adler"))
    replica.create(Contact(name="Ada Byrne", account_id=adler.id))
    typed = Lead(name="Ada Byrne", company="Zur Post")
    assert replica.similar(typed) == []
    replica.update(adler, name="Zur Post")
    assert [match.why for match in replica.similar(typed)] == ["same name, same company"]


def test_who_is_compared_with_many_is_read_once(replica: Replica) -> None:
    adler = replica.create(Account(name="Adler"))
    for place in range(30):
        replica.create(Contact(name=f"Ada Byrne {place}", account_id=adler.id))
    driver = replica._connection.connection.dbapi_connection
    said: list[str] = []
    driver.set_trace_callback(said.append)
    index(replica)
    driver.set_trace_callback(None)
    assert len([x for x in said if x.startswith("SELECT contact") and '"row" IN' in x]) == 1
    assert len(replica.twins()) > 0


def test_neither_the_record_itself_nor_a_deleted_or_merged_one_is_named(replica: Replica) -> None:
    ada, again, gone = (replica.create(Contact(name="Ada Byrne")) for _ in range(3))
    replica.delete(gone)
    assert {m.record.id for m in replica.similar(ada)} == {again.id}
    replica.merge(again, ada)
    assert replica.similar(ada) == []


def test_a_lead_is_looked_for_among_leads_and_contacts_but_not_once_it_is_converted(
    replica: Replica,
) -> None:
    mail = entries(Email("ada@adler.example"))
    contact = replica.create(Contact(name="Ada Byrne", emails=mail))
    lead = replica.create(Lead(name="Ada Byrne", emails=mail))
    typed = Lead(name="Ada Birne", emails=mail)
    assert {m.record.id for m in replica.similar(typed)} == {contact.id, lead.id}
    replica.update(lead, status="converted", converted=Conversion(1, contact_id=contact.id))
    assert {m.record.id for m in replica.similar(typed)} == {contact.id}


def test_nothing_typed_yet_is_like_nobody(replica: Replica) -> None:
    replica.create(Contact(name="Ada Byrne"))
    assert replica.similar(Contact(name="")) == []


def test_pairs_are_found_in_the_background_and_go_when_they_are_no_more(replica: Replica) -> None:
    mail = entries(Email("ada@adler.example"))
    one = replica.create(Contact(name="Ada Byrne", emails=mail))
    two = replica.create(Contact(name="Ada Byrne", emails=mail))
    index(replica)
    (pair,) = replica.twins()
    assert {pair.one, pair.two} == {one.id, two.id}
    assert pair.reasons == "same name, same e-mail"
    replica.update(two, name="Karl Zuse", emails={})
    index(replica)
    assert replica.twins() == []


def test_a_deleted_record_is_in_no_pair_at_once(replica: Replica) -> None:
    mail = entries(Email("ada@adler.example"))
    one, _two = (replica.create(Contact(name="Ada Byrne", emails=mail)) for _ in range(2))
    index(replica)
    replica.delete(one)
    assert replica.twins() == []
    replica.undo()
    assert len(replica.twins()) == 1


def test_a_pair_dismissed_is_not_proposed_again_whatever_is_edited(replica: Replica) -> None:
    mail = entries(Email("ada@adler.example"))
    one, two = (replica.create(Account(name="Adler", emails=mail)) for _ in range(2))
    index(replica)
    replica.dismiss_twins("account", two.id, one.id)
    replica.update(two, about="The brother's house")
    index(replica)
    assert replica.twins() == []
    replica.ask_about_twins("account", one.id, two.id)
    assert len(replica.twins()) == 1


def test_listeners_hear_of_a_new_pair(replica: Replica) -> None:
    heard: list[dict[str, frozenset[str]]] = []
    replica.on_change(heard.append)
    for _ in range(2):
        replica.create(Contact(name="Ada Byrne", emails=entries(Email("ada@adler.example"))))
    index(replica)
    assert any(likenesses.NOTICED in changed for changed in heard)


def test_a_lookup_searches_an_index_and_never_scans(replica: Replica) -> None:
    lookup = likenesses.SHARING.params(of_kind="contact", of_key="x")
    statement = lookup.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True})
    plan = replica._connection.execute(text(f"EXPLAIN QUERY PLAN {statement}")).all()
    details = [row.detail for row in plan]
    assert details
    assert all(detail.startswith("SEARCH likeness_key") for detail in details)


def test_what_is_to_be_indexed_is_found_in_an_index_and_never_by_a_scan(replica: Replica) -> None:
    replica.create(Contact(name="Ada Byrne"))
    steps = plans(replica, lambda: index(replica))
    assert "SCAN contact USING INDEX contact_unindexed" in steps
    assert "SCAN contact" not in steps


def test_an_older_replica_gets_its_keys_when_it_is_opened(replica: Replica) -> None:
    german(replica)
    replica.create(Contact(name="Ada Byrne", phones=entries(Phone("09261 62800"))))
    index(replica)
    with replica._database.transaction() as connection:
        for table in ("likeness_key", "to_compare", "twins"):
            connection.execute(text(f"DROP TABLE {table}"))
        before = migrations._STEPS.index(migrations._likenesses)
        connection.execute(text(f"PRAGMA user_version = {before}"))
    migrations.migrate(replica._connection)
    index(replica)
    assert replica.similar(Contact(name="Ada Byrne"))
