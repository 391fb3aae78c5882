"""Which facts are asked for at the door: few, in a fixed order, only what is lacking."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sync_protocol.rules import quality
from sync_protocol.rules.quality import Known

KNOWN = st.builds(
    Known, st.booleans(), st.booleans(), st.booleans(), st.booleans(), st.booleans(),
    st.integers(0, 2_000 * quality.DAY_MS),
)  # fmt: skip
NOW = st.integers(0, 4_000 * quality.DAY_MS)
DAYS = st.integers(1, 3_650)


@given(KNOWN, NOW, DAYS)
def test_what_is_offered_begins_what_is_lacking_in_the_one_order(
    known: Known, now_ms: int, days: int
) -> None:
    lacks = quality.lacking(known, now_ms, days)
    assert list(lacks) == [code for code in quality.ORDER if code in lacks]
    assert quality.offered(known, now_ms, days) == lacks[: quality.OFFERED]


@given(KNOWN, NOW, DAYS)
def test_a_fact_that_is_known_is_never_asked_for(known: Known, now_ms: int, days: int) -> None:
    lacks = quality.lacking(known, now_ms, days)
    told = zip(("email", "phone", "place", "person", "label"), known[:5], strict=True)
    assert all((code in lacks) is not there for code, there in told)
    assert ("stale" in lacks) is (now_ms - known.since_ms > days * quality.DAY_MS)


@given(KNOWN, NOW, DAYS)
def test_mending_one_thing_adds_no_other(known: Known, now_ms: int, days: int) -> None:
    lacks = quality.lacking(known, now_ms, days)
    for code, field in (("email", "emails"), ("phone", "phones"), ("label", "labelled")):
        mended = known._replace(**{field: True})
        assert quality.lacking(mended, now_ms, days) == tuple(x for x in lacks if x != code)


@given(KNOWN, NOW, DAYS, st.integers(0, 60 * quality.DAY_MS))
def test_who_was_put_off_is_asked_about_nothing_until_then(
    known: Known, now_ms: int, days: int, passed_ms: int
) -> None:
    until, later = quality.put_off(now_ms), now_ms + passed_ms
    asked = quality.offered(known, later, days, until)
    assert asked == (() if later < until else quality.offered(known, later, days))
