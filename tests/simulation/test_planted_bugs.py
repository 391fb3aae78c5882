"""Every bug planted in the engine is found, and by nothing but itself.

How many runs it takes from the same first seed is written down here, as it was last looked for
(`python -m tests.simulation.test_planted_bugs`); the test plays the run that found it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from tests.simulation.batch import opened
from tests.simulation.company import Site
from tests.simulation.planted import PLANTED, Bug
from tests.simulation.running import play
from tests.simulation.steps import draw

MOST_RUNS = 3_000
FIRST_SEED = 30_000
FOUND_IN_RUN = {
    "answered_records_forget_later_edits": 11,
    "acknowledged_before_commit": 5,
    "gap_is_not_checked": 17,
    "cursor_is_the_head": 1,
    "later_stamp_is_all_that_counts": 1,
    "a_leave_is_forgotten": 2,
    "an_enter_is_forgotten": 1,
    "restamp_is_not_adopted": 4,
    "cursor_moves_before_the_page": 28,
    "a_changeset_is_many_transactions": 64,
    "rejected_edits_stay_on_the_screen": 1,
    "verdicts_are_not_remembered": 1,
    "clock_follows_the_wall": 6,
    "new_scopes_move_the_cursor": 1,
    "snapshots_show_everything": 1,
    "rights_are_cached_for_ever": 3,
    "losing_values_are_dropped": 1,
    "local_writes_do_not_wait_for_the_disk": 1,
    "the_outbox_is_another_transaction": 1,
    "any_edit_revives": 4,
    "lost_scopes_are_kept": 10,
    "what_has_left_goes_at_once": 34,
    "scopes_of_what_was_sent_are_not_told": 1,
    "files_are_shown_to_everybody": 2,
    "a_file_counts_as_sent_when_it_is_begun": 1,
    "a_value_is_kept_by_its_own_age": 2,
}


@pytest.fixture(scope="module")
def company() -> Iterator[Site]:
    with opened("sqlite") as made:
        yield made


@pytest.mark.parametrize("bug", PLANTED, ids=lambda bug: bug.__name__)
def test_a_planted_bug_is_found(company: Site, bug: Bug) -> None:
    assert is_found(company, bug, FOUND_IN_RUN[bug.__name__])


def is_found(company: Site, bug: Bug, run: int) -> bool:
    """Whether this run fails with the bug, and is well without it."""
    script = draw(FIRST_SEED + run)
    with bug():
        broken = play(script, company).failure
    return broken is not None and play(script, company).failure is None


if __name__ == "__main__":
    with opened("sqlite") as site:
        for planted in PLANTED:
            runs = (run for run in range(1, MOST_RUNS + 1) if is_found(site, planted, run))
            sys.stdout.write(f'    "{planted.__name__}": {next(runs)},\n')
