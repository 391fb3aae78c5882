from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from client import label_rules, packs
from sync_protocol.records import Account, Label, LabelRule, Outcome, Purpose

if TYPE_CHECKING:
    from client.packs import Pack
    from client.replica import Replica


def everything(replica: Replica) -> list[object]:
    structs = (Label, Outcome, Purpose, LabelRule)
    return [replica.find(struct, order_by="name") for struct in structs]


@pytest.mark.parametrize("pack", packs.PACKS, ids=[pack.key for pack in packs.PACKS])
def test_a_pack_that_is_loaded_again_brings_nothing(replica: Replica, pack: Pack) -> None:
    before = packs.share(replica, pack)
    assert packs.load(replica, pack) == before.all
    found = everything(replica)
    assert packs.load(replica, pack) == 0
    assert everything(replica) == found
    assert packs.share(replica, pack).here == before.all


def test_what_was_renamed_or_deleted_stays_so(replica: Replica) -> None:
    packs.load(replica, packs.DRINKS)
    first, second = replica.find(Label, order_by="name")[:2]
    replica.update(first, name="Ours")
    replica.delete(second)
    assert packs.load(replica, packs.DRINKS) == 0
    names = {label.name for label in replica.find(Label)}
    assert "Ours" in names
    assert not {first.name, second.name} & names


def test_a_word_the_team_has_is_not_doubled_and_the_rule_goes_by_it(replica: Replica) -> None:
    own = replica.create(Label(name="on-TRADE"))
    packs.load(replica, packs.DRINKS)
    assert [x.id for x in replica.find(Label) if x.name.casefold() == "on-trade"] == [own.id]
    (rule,) = replica.find(LabelRule, name="On-trade")
    assert rule.label_id == own.id


def test_two_packs_share_the_words_they_have_in_common(replica: Replica) -> None:
    for pack in packs.PACKS:
        packs.load(replica, pack)
    for struct in (Label, Outcome, Purpose):
        names = [word.name.casefold() for word in replica.find(struct)]
        assert len(names) == len(set(names))


def test_rules_come_switched_off_and_can_be_switched_on(replica: Replica) -> None:
    shop = replica.create(Account(name="Adler", industry="hotel"))
    for pack in packs.PACKS:
        packs.load(replica, pack)
    assert replica.labels_of(shop.id) == []
    labels = {label.id for label in replica.find(Label)}
    for rule in replica.find(LabelRule):
        label_rules.check(rule)
        assert rule.label_id in labels
    replica.update(replica.find(LabelRule, name="On-trade")[0], active=True)
    while replica.derive_some():
        pass
    assert [label.name for label in replica.labels_of(shop.id)] == ["On-trade"]
