"""What the operator reads: every concern and reason has its words, and a stranger's text means nothing."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from arena.backends.breaker import State
from arena.backends.pool import Seen
from arena.contest.roster import ContestantId
from arena.errors import Fault
from arena.service.backup_job import BackupView
from arena.service.backup_job import Stage as BackupStage
from arena.service.concerns import Concern, House, Told
from arena.service.operators import Condition, EndpointView, FaultView, OperatorView
from arena.service.rehearsal_job import Progress, RehearsalView
from arena.web.pages import operator_words as words
from arena.web.text import LANGUAGES
from arena.web.text.operator import EN, KO

NOW = datetime(2026, 12, 1, 3, tzinfo=UTC)
SEEN = Seen(State.CLOSED, drained=False, in_flight=2, running=None, waiting=None, fault=None, ill=None)
HOSTILE = "<img src=x onerror=alert(1)> | [a](javascript:1) `x` **b** \n# c"
ENDPOINT = EndpointView(HOSTILE, ContestantId("one"), HOSTILE, HOSTILE, SEEN, taken_out=False, faults=0)
HOUSE = House((), 1000, 7, 5, ())
VIEW = OperatorView(NOW, (), 0, 10, 0, (ENDPOINT,), HOUSE, ())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_concern_has_its_words(language):
    """Each concern is told with what to do; the urgent ones stand apart."""
    view = replace(VIEW, concerns=tuple(Told(one, "곳", 12) for one in Concern))

    urgent, others = words.concerns_text(view, language)

    assert urgent.count("\n- ") == sum(told.is_urgent for told in view.concerns)
    assert others.count("\n- ") == sum(not told.is_urgent for told in view.concerns)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_has_its_words(language):
    """Each reason for which the service refuses has words; an unknown one leads to a fresh page."""
    assert {words.refused(language, key) for key in words.REASONS} | {words.refused(language, HOSTILE)} == {
        words.said(language, key) for key in (*words.REASONS, "reload")
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_condition_and_stage_has_its_words(language):
    """Each condition of a server, each fault, each stage of a rehearsal and a backup has words."""
    said = [words.said(language, f"state.{one}", fault="x") for one in Condition]
    said += [words.said(language, f"fault.{one}") for one in Fault]
    said += [words.rehearsal_text(RehearsalView(one), language) for one in Progress]
    ended = [RehearsalView(Progress.DONE, order_is_true=one) for one in words.ORDERS]
    said += [words.rehearsal_text(one, language) for one in ended]
    said += [words.backup_text(BackupView(one), language) for one in BackupStage]

    assert all(said)


@pytest.mark.parametrize(
    ("taken_out", "drained", "state", "wanted"),
    [
        (False, False, State.CLOSED, Condition.SERVING),
        (False, False, State.OPEN, Condition.RESTING),
        (False, False, State.HALF_OPEN, Condition.TRYING),
        (True, False, State.CLOSED, Condition.LEAVING),
        (True, True, State.OPEN, Condition.TAKEN_OUT),
        (False, True, State.CLOSED, Condition.COMING),
    ],
)
def test_condition(taken_out, drained, state, wanted):
    """What the operator asked for is told before what the server does."""
    seen = replace(SEEN, drained=drained, state=state)

    assert replace(ENDPOINT, taken_out=taken_out, seen=seen).condition is wanted


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_strangers_text(language):
    """What a server says, and how it is called, is shown by its letters: no markup, no further cell."""
    fault = FaultView(NOW, ContestantId("one"), HOSTILE, Fault.CUT, HOSTILE)
    written = words.endpoints_text([ENDPOINT], language) + words.faults_text([fault], language)

    assert not {"<img", "[a]", "`", "**b**"} & {
        mark for mark in ("<img", "[a]", "`", "**b**") if mark in written
    }
    assert {line.count("|") for line in words.endpoints_text([ENDPOINT], language).splitlines()[2:]} == {7}


def test_languages():
    """Both languages say the same things."""
    assert KO.keys() == EN.keys()
