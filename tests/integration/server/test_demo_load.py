from __future__ import annotations

import os
from pathlib import Path
from random import Random

from server.demo import people
from server.demo.habits import NOT_SUGGESTED
from server.demo.loading import load
from server.domain.access import SERVER_DEVICE, Session
from server.domain.exchange import Exchange
from server.domain.learning import Learning
from server.domain.workspaces import Workspaces
from server.store import schema
from server.store.store import Store
from sync_protocol.clock import at
from sync_protocol.messages import Hello, Snapshot

NOW = 1_795_600_000_000


def test_the_demo_passes_the_acceptance_that_everybodys_work_passes(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'demo.db'}")
    schema.upgrade(store)
    exchange = Exchange(store, lambda: NOW)
    workspaces = Workspaces(store, exchange, lambda: NOW, os.urandom)
    loaded = load(store, exchange, workspaces, now_ms=NOW)
    assert set(loaded.users) == {person.email for person in people.PEOPLE}
    (workspace,) = workspaces.listed()
    assert workspace.clock <= at(NOW + 1)
    admin = Session(loaded.workspace, loaded.users[people.ADMIN.email], SERVER_DEVICE)
    welcome = exchange.hello(admin, Hello(SERVER_DEVICE))
    page = exchange.snapshot(admin, Snapshot(SERVER_DEVICE, welcome.scopes))
    assert page.total > 11_000
    store.close()


def test_the_demos_labels_are_learned_as_far_as_they_follow_habits(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'demo.db'}")
    schema.upgrade(store)
    exchange = Exchange(store, lambda: NOW)
    workspaces = Workspaces(store, exchange, lambda: NOW, Random(1).randbytes)
    load(store, exchange, workspaces, now_ms=NOW)
    found = {x.label: x.model for x in Learning(store, exchange, lambda: NOW).run()}
    assert not found.keys() & set(NOT_SUGGESTED)
    for label in ("Beer garden", "Events"):
        model = found[label]
        assert model is not None
        assert model.precision > 0.8
    assert found["Seasonal"] is None
    store.close()
