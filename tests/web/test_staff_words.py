"""What the health page and the team's console say: right figures, and no meaning in foreign texts."""

from dataclasses import replace

import pytest

from arena.cli.backup import RESTORE
from arena.contest.feedback import Reason
from arena.contest.own_answers import Answer
from arena.contest.roster import ContestantId
from arena.contest.serving import FIRSTS, Service
from arena.errors import Fault
from arena.reporting.health import Progress, Sitting, Spread, Ties, progress
from arena.reporting.team_summary import Rating, Summary
from arena.reporting.themes import Theme
from arena.service import exporting
from arena.service.accounts import LOCK_OUT, SIGN_IN
from arena.service.leading import STEPS
from arena.service.permissions import Act
from arena.service.round_health import Health
from arena.service.scoring import GIVE
from arena.service.serving_alerts import Alert, Trouble
from arena.service.teams import Answers, Serving
from arena.store.health import What
from arena.web.pages import health_words, team_words
from arena.web.text import CONSOLES, HEALTH, LANGUAGES

ONE, TWO = ContestantId("one"), ContestantId("two")
NAMES = {ONE: "하나", TWO: "둘|**굵게**<img src=x>"}
SERVED = Service(100, 90, 4, 9_000, 300.0, (0, 0, 90, *(0,) * 9, 10), {Fault.STALLED: 6})
FARES = {"won": 10, "lost": None, "tie": 5, "both_bad": None}


@pytest.fixture
def found() -> Health:
    """The health of a round in which one contestant fails too often."""
    empty = progress((ONE, TWO), 9, {what: {} for what in What}, {})
    sat = {ONE: Sitting(100, {"reply_failed": 9}, {"stalled": 9}), TWO: Sitting(100, {}, {})}
    gone: Progress = replace(
        empty,
        votes=1_234_567,
        contestants=sat,
        ties={"open": Ties(200, 21, 7), "open_pictures": Ties(3, None, None)},
        answering=Spread(9, 4.25, 30.0),
    )
    return Health(gone, 12, {"decision": 3}, 4, 0, {ONE: SERVED}, None)


@pytest.mark.parametrize("language", LANGUAGES)
def test_health(found, language):
    """Figures, what stands out and what does not count are all told."""
    said = "\n".join(
        [
            health_words.headline(found, NAMES, language),
            health_words.concerns(found, NAMES, language),
            health_words.contestants(found, NAMES, language),
            health_words.times(found.progress, language),
            health_words.ties(found.progress, language),
            health_words.blinding(found.measured, language),
            health_words.excluded(found, language),
        ]
    )

    for figure in ("1,234,567", "12", "9%", "9.0%", "21%", "7%", "4.2", "30.0", "0.3"):
        assert figure in said
    assert "<img" not in said
    assert "**굵게**" not in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_serving(language):
    """A team reads what its endpoints did, what failed and what to look at."""
    view = Serving(ONE, {"http://a|b": SERVED}, {("x", 60): SERVED, ("y", 60): SERVED}, SERVED, ())
    warned = replace(view, alerts=(Alert("http://a", Trouble.FAILING, 25),))
    said = team_words.recent(view, language) + team_words.whole(view, language)

    for figure in ("100", "90", "6", "30"):
        assert figure in said
    assert "http://a|b" not in said
    assert "25%" in team_words.alerts(warned, language)
    assert team_words.alerts(view, language) == ""
    assert team_words.over_time(view) == {60: (180, 12, 8)}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "text", ["=1+1", "<script>alert(1)</script>", "a|b", "**x**", "# y", "[z](javascript:1)"]
)
def test_foreign_texts(language, text):
    """Prompts, answers and comments show their letters and mean nothing, however long they are."""
    one = Answer("law", "ko", "open", 1, text, text * 5_000, (Reason.WRONG,), text)
    said = team_words.answers(Answers((one,), ""), language)

    assert len(said) < 20_000
    for sign in ("<script", "|b |", "**x**", "](javascript", "\n# "):
        assert sign not in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_summary(language):
    """A team reads its ratings, its wins reasons and themes; small cells are dashes."""
    summary = Summary(
        whole=Rating(1_012.4, 990.0, 1_030.0),
        ratings={"law": None},
        categories={"law": FARES},
        opponents={TWO: FARES},
        reasons={"law": {Reason.CORRECT: 15, Reason.WRONG: 10}},
        themes=(Theme(25, ("근거", "a|b")),),
    )
    parts = team_words.summary(summary, NAMES, language)
    said = "\n".join(parts)

    for figure in ("1012", "990", "10", "15", "25", "–"):
        assert figure in said
    assert "<img" not in said
    assert "a|b" not in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_is_there(language):
    """Every fault and every trouble has its words."""
    assert {f"fault.{fault}" for fault in Fault} <= HEALTH[language].keys()
    assert {f"alert.{trouble}" for trouble in Trouble} <= CONSOLES["team"][language].keys()
    assert len(FIRSTS) == 12


ACTS = {
    *(f"lead_round_{step.value.replace('-', '_')}" for step in STEPS),
    *exporting.ACTS.values(),
    *(Act.DRAIN_ENDPOINT, Act.WRITE_NOTICE, Act.REHEARSE, Act.BACK_UP, RESTORE, GIVE, SIGN_IN, LOCK_OUT),
    *("add_account", "change_account", "disable_account", "enable_account", "reset_account"),
    *("change_password", "sign_out_everywhere", "withdraw_notice", "stop_rehearsal"),
}
"""Every act that is put on record."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_acts_have_words(language):
    """Who reads the audit reads what was done in words, and no act has words that is none."""
    words = {key.removeprefix("act.") for key in CONSOLES["audit"][language] if key.startswith("act.")}

    assert words == ACTS
