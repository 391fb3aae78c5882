"""The same asked of several servers at the same moment: one of them does it, nobody fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from threading import Barrier
from typing import Any

import pytest

from server.domain.access import Session
from server.store import devices
from sync_protocol.errors import DeviceRevoked, EmailTaken, Forbidden, PeerError, SignInRequired
from sync_protocol.records import User
from sync_protocol.session import ChangePassword, DeviceAction, Member, SignIn
from tests.integration.server.office import Office, open_office

AT_ONCE = 4
PASSWORD, OTHER = "correct horse battery", "another long password"
EMAIL = "rea@acme.example"


@pytest.fixture
def office(database_url: str) -> Iterator[Office]:
    opened = open_office(database_url)
    yield opened
    opened.store.close()


@pytest.fixture
def rep(office: Office) -> User:
    user = office.user()
    member(office, user)
    return user


def admin(office: Office) -> Session:
    return office.admin._replace(device=1)


def member(office: Office, user: User, email: str = EMAIL, **facts: object) -> None:
    given = Member(user.id, email, **({"password": PASSWORD} | facts))
    office.sign_ins.set_member(admin(office), given)


def at_once(*calls: Callable[[], object]) -> list[object]:
    """What each call answers, or the typed error it raises; any other error is raised here."""
    barrier = Barrier(len(calls))

    def run(call: Callable[[], object]) -> object:
        barrier.wait(10)
        try:
            return call()
        except PeerError as error:
            return type(error)

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_a_device_that_signs_in_twice_is_one_device(office: Office, rep: User) -> None:
    request = SignIn(EMAIL, PASSWORD, 77)
    answers = at_once(*[lambda: office.sign_ins.sign_in(request)] * AT_ONCE)
    assert all(getattr(answer, "device", 0) == 77 for answer in answers)


@pytest.mark.parametrize("action", ["wipe", "lock"])
def test_signing_in_does_not_undo_what_a_device_is_told_at_the_same_moment(
    office: Office, rep: User, action: DeviceAction, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.sign_ins.sign_in(SignIn(EMAIL, PASSWORD, 77))
    register = office.sign_ins._register

    def told_meanwhile(*request: Any) -> None:
        change = devices.change

        def later(*facts: Any, **values: Any) -> None:
            nonlocal told
            told = pool.submit(office.fleet.command, admin(office), 77, action)
            wait([told], 0.3)
            monkeypatch.undo()
            change(*facts, **values)

        monkeypatch.setattr(devices, "change", later)
        register(*request)

    told: Future[None] | None = None
    monkeypatch.setattr(office.sign_ins, "_register", told_meanwhile)
    with ThreadPoolExecutor(1) as pool:
        token = office.sign_ins.sign_in(SignIn(EMAIL, PASSWORD, 77)).token
    assert told is not None
    told.result()
    with pytest.raises(DeviceRevoked if action == "wipe" else SignInRequired):
        office.sign_ins.authenticate(token)


def test_an_address_goes_to_one_of_those_who_ask_for_it(office: Office, rep: User) -> None:
    users = [office.user() for _ in range(AT_ONCE)]
    calls = [lambda user=user: member(office, user, "new@acme.example") for user in users]
    answers = at_once(*calls)
    assert sorted(answers, key=str) == sorted([None] + [EmailTaken] * (AT_ONCE - 1), key=str)


def test_a_member_can_be_changed_by_many(office: Office, rep: User) -> None:
    names = [f"rea{number}@acme.example" for number in range(AT_ONCE)]
    answers = at_once(*[lambda name=name: member(office, rep, name) for name in names])
    assert answers == [None] * AT_ONCE


def test_who_is_switched_off_does_not_come_back_by_changing_the_password(
    office: Office, rep: User
) -> None:
    session = office.client(rep, device=77).session
    request = ChangePassword(PASSWORD, OTHER)
    answers = at_once(
        lambda: office.sign_ins.change_password(session, request),
        lambda: member(office, rep, active=False, password=""),
    )
    assert answers[0] in (None, Forbidden)
    assert answers[1] is None
    for password in (PASSWORD, OTHER):
        with pytest.raises(SignInRequired):
            office.sign_ins.sign_in(SignIn(EMAIL, password, 77))
