"""A process that pushes to a store of its own, now and then slow to commit: `python -m` runs it.

It says when it is ready, begins when it is told to, and prints the sequence of every changeset it
was told is applied. Each makes an account, or with `--record` and `--field` writes that field of
that account anew. With `--hold` it stays for ever between having taken its first sequence and the
commit, and says so.
"""

from __future__ import annotations

import argparse
import sys
import time
from random import Random

from sqlalchemy import event

from server.domain.access import Session
from server.domain.exchange import Exchange
from server.store.store import Store
from sync_protocol import clock
from sync_protocol.changes import Changeset
from sync_protocol.messages import Applied, Push
from sync_protocol.records import Account
from tests.integration.server.office import create, update

LONGEST_PAUSE_S = 0.02
FOR_EVER_S = 3_600


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("session", nargs=3)
    parser.add_argument("--count", type=int, default=1)
    parser.add_argument("--hold", action="store_true")
    parser.add_argument("--record", default="")
    parser.add_argument("--field", default="")
    given = parser.parse_args()
    workspace, user, device = given.session
    session = Session(workspace, user, int(device))
    store = Store(given.url)
    event.listen(store.engine, "commit", hold if given.hold else slowly(Random(session.device)))
    exchange = Exchange(store, now_ms)
    say("ready")
    sys.stdin.readline()
    for number in range(1, given.count + 1):
        text = written(session.device, number)
        if given.record:
            change = update("account", given.record, **{given.field: text})
        else:
            change = create(Account(id=text, name="Bakery", owner_id=user))
        changeset = Changeset(
            device=session.device,
            number=number,
            time=clock.at(now_ms()) + number,
            seen=0,
            changes=(change,),
        )
        (verdict,) = exchange.push(session, Push(session.device, (changeset,))).verdicts
        assert isinstance(verdict, Applied)
        say(str(verdict.sequence))
    store.close()


def written(device: int, number: int) -> str:
    """What a device writes with its changeset of this number."""
    return f"{device}-{number}"


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def slowly(random: Random):  # noqa: ANN201
    def pause(_connection: object) -> None:
        if random.random() < 1 / 3:
            time.sleep(random.random() * LONGEST_PAUSE_S)

    return pause


def hold(_connection: object) -> None:
    say("held")
    time.sleep(FOR_EVER_S)


if __name__ == "__main__":
    main()
