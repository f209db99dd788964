"""What teams are told: nothing of what citizens said while the round is sealed, their own afterwards."""

from dataclasses import replace
from random import Random
from types import SimpleNamespace

import pytest

from arena.backends.meter import Meter
from arena.contest.battle import Side
from arena.contest.feedback import Feedback, Reason
from arena.contest.own_answers import Wanted
from arena.contest.rules import Seal, Verdict
from arena.contest.serving import Service
from arena.errors import BadRequest, NotFound, NotPermitted, Sealed
from arena.identity.secrets import Secrets
from arena.identity.staff import AccountId, Role, Staff
from arena.reporting.feedback_files import csv_of, json_of
from arena.service.citizens import Citizens
from arena.service.rounds import open_round
from arena.service.serving_alerts import Trouble, alerts
from arena.service.serving_job import ServingJob
from arena.service.teams import Teams
from arena.store import schema
from arena.store.feedback import PAGE
from arena.store.serving import HOUR, MINUTE
from arena.store.session import Store
from tests.fakes import Chance, Clock
from tests.leading import LOG, lifecycle, surely
from tests.reporting.ballots import newcomer, seats_of

CATEGORIES = ("law", "medicine")
SAID = (Wanted(reason="wrong"), Wanted(commented=True))


def member(contestant):
    return Staff(AccountId("T" * 26), "team", Role.TEAM, contestant)


def teams(arena, **more):
    return Teams(arena.store, arena.contest, arena.clock, **more)


def battle(arena, number=0, prompt=None):
    """An answered battle, whose answers name who gave them."""
    voter = newcomer(arena)
    asked = prompt or f"질문 {number}"
    category = CATEGORIES[number % 2]
    opened = arena.citizens.open_battle(arena.citizens.new_battle_id(), voter, asked, category, "ko")
    seats = seats_of(arena, opened)
    arena.citizens.answered(opened.id, {side: f"{seats[side]} {number}" for side in Side})
    return opened


def say(arena, opened, verdict, reasons=((), ()), comment=""):
    said = Feedback(dict(zip(Side, reasons, strict=True)), comment)
    arena.citizens.cast_vote(opened.id, opened.voter, verdict, said)


def publish(arena):
    led = lifecycle(arena)
    surely(led.close)
    surely(led.commit_result)
    surely(led.publish)


def everything(arena):
    """All that each team can get: every filter, every page, every span."""
    told, asked = [], teams(arena, verdicts_by_answer=True)
    wanted = [
        Wanted(category=category, language=language, text=text)
        for category in ("", *CATEGORIES)
        for language in ("", "en")
        for text in ("", "질문", "3", "%")
    ]
    for own in arena.contest.roster.ids:
        by = member(own)
        told.append([list(asked.every_answer(by, one)) for one in wanted])
        told.append([asked.serving(by, span) for span in (MINUTE, HOUR)])
        told.append(asked.is_told(by))
        asked.prepare()
        told.append([_refusal(asked.answers, by, one) for one in SAID])
        told.append(_refusal(asked.summary, by))
    return told


def _refusal(act, *asked):
    with pytest.raises(Sealed) as refused:
        act(*asked)
    return str(refused.value)


class Renewed(Chance):
    """Chance that begins anew with each battle, so that ids do not depend on what was drawn before."""

    def begin(self, number):
        """Begin battle `number`."""
        self._random.seed(number)


def world(folder, contest, secrets, sayings):
    """All that teams were told after each saying, in a round with the same questions, citizens and seats."""
    store, clock, chance, told = Store(f"sqlite:///{folder}/arena.db"), Clock(), Renewed(), []
    schema.migrate(store)
    round_ = open_round(store, contest, secrets, clock, chance, LOG)
    arena = SimpleNamespace(store=store, contest=contest, clock=clock)
    arena.citizens = Citizens(store, round_, b"k" * 32, clock, chance)
    for number, (verdict, reasons, comment, guess) in enumerate(sayings):
        chance.begin(number)
        opened = battle(arena, number)
        clock.advance(seconds=30)
        if verdict is None:
            arena.citizens.skip(opened.id, opened.voter)
        else:
            said = Feedback(dict(zip(Side, reasons, strict=True)), comment)
            arena.citizens.cast_vote(opened.id, opened.voter, verdict, said, guess)
        told.append(everything(arena))
    store.close()
    return told


def sayings(random, ids, number):
    """What citizens do after their answers: votes with reasons, comments and guesses, or nothing."""
    return [
        (
            random.choice([*Verdict, None]),
            [tuple(random.sample(list(Reason), random.randint(0, 3))) for _ in Side],
            random.choice(["", "A가 훨씬 낫다", "B는 틀렸다"]),
            {side: random.choice(ids) for side in Side},
        )
        for _ in range(number)
    ]


def test_no_win_rate_while_sealed(contest, tmp_path):
    """Whatever citizens say, every byte that a team can get while sealed is the same, after every vote."""
    secrets, ids = Secrets(tmp_path / "secrets"), contest.roster.ids
    first = world(tmp_path / "first", contest, secrets, sayings(Random(1), ids, 12))
    second = world(tmp_path / "second", contest, secrets, sayings(Random(2), ids, 12))

    assert first == second
    assert any(answers for answers in first[-1][0])


def test_own_answers_alone(arena):
    """A team sees all of its own answers and none of another's, whichever side they were on."""
    seats = [seats_of(arena, battle(arena, number)) for number in range(30)]

    for own in arena.contest.roster.ids:
        found = {one.answer for one in teams(arena).every_answer(member(own))}
        assert found == {f"{own} {n}" for n, seated in enumerate(seats) if own in seated.values()}


def test_pages(arena):
    """Answers of all pages are all answers, each once, and a battle's turns stay together."""
    own = arena.contest.roster.ids[0]
    while True:
        opened = battle(arena)
        if own in seats_of(arena, opened).values():
            break
        arena.citizens.skip(opened.id, opened.voter)
    expected = 1
    for number in range(1, 2 * PAGE + 40):
        other = battle(arena, number)
        expected += own in seats_of(arena, other).values()
    arena.citizens.ask_on(opened.id, opened.voter, "그럼?")
    arena.citizens.answered(opened.id, dict.fromkeys(Side, "둘째"))

    found = list(teams(arena).every_answer(member(own)))

    assert len(found) == expected + 1
    turns = [one.turn for one in found]
    assert turns[turns.index(2) - 1] == 1
    assert len({(one.prompt, one.turn) for one in found}) == len(found)


def test_filters(arena):
    """Answers are found by category and by words of prompt or answer, taken as they are."""
    own = arena.contest.roster.ids[0]
    for number in range(20):
        battle(arena, number, prompt=f"100% 확실한 {number}번" if number % 4 == 0 else None)
    asked, by = teams(arena), member(own)
    every = list(asked.every_answer(by))

    assert list(asked.every_answer(by, Wanted(category="law"))) == [
        one for one in every if one.category == "law"
    ]
    assert list(asked.every_answer(by, Wanted(text="00% 확"))) == [
        one for one in every if "00% 확" in one.prompt
    ]
    assert list(asked.every_answer(by, Wanted(text="%_%"))) == []


@pytest.mark.parametrize("searched", ["PYTHON", "python으로", "으로 100%", "Ａ"])
def test_letters_of_any_size(arena, searched):
    """Large and small letters are the same to a search, and what has neither is found as it is."""
    own = arena.contest.roster.ids[0]
    for number in range(20):
        battle(arena, number, prompt="Python으로 100% Ａ" if number % 2 == 0 else None)
    asked, by = teams(arena), member(own)

    found = list(asked.every_answer(by, Wanted(text=searched)))

    assert found
    assert found == [one for one in asked.every_answer(by) if one.prompt.startswith("Python")]


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(category="nothing"),
        Wanted(language="fr"),
        Wanted(track="secret"),
        Wanted(reason="won"),
        Wanted(verdict="won"),
        Wanted(text="x" * 101),
        Wanted(text="a\x00b"),
    ],
)
def test_what_cannot_be_wanted(arena, wanted):
    """A filter that the round does not know is refused and guesses nothing."""
    with pytest.raises(BadRequest):
        teams(arena).answers(member(arena.contest.roster.ids[0]), wanted)


def test_place_of_a_page(arena):
    """The place of a page is one that a page has named, or refused."""
    with pytest.raises(BadRequest):
        teams(arena).answers(member(arena.contest.roster.ids[0]), after="' OR 1=1 --")


def test_erased_texts_are_gone(arena):
    """What a citizen has erased, no team sees."""
    opened = battle(arena)
    own = seats_of(arena, opened)[Side.A]
    before = list(teams(arena).every_answer(member(own)))
    arena.citizens.erase(opened.voter)

    assert len(before) == 1
    assert list(teams(arena).every_answer(member(own))) == []


@pytest.mark.parametrize("role", [Role.EVALUATOR, Role.OPERATOR, Role.AUDITOR])
def test_teams_alone(arena, role):
    """Nobody but a team reads what is a team's own."""
    by = Staff(AccountId("S" * 26), "staff", role)

    for act in (teams(arena).serving, teams(arena).answers, teams(arena).summary, teams(arena).is_told):
        with pytest.raises(NotPermitted):
            act(by)


def test_contestant_of_another_round(arena):
    """An account whose contestant is not in this round sees nothing."""
    with pytest.raises(NotFound):
        teams(arena).answers(member("somebody-else"))


@pytest.fixture
def published(arena):
    """A published round of 60 citizens who prefer the first contestant and say why."""
    ids = arena.contest.roster.ids
    for number in range(120):
        opened = battle(arena, number)
        seats = seats_of(arena, opened)
        verdict = Verdict.A if seats[Side.A] == ids[0] else Verdict.B
        liked, not_liked = (Reason.CORRECT,), (Reason.WRONG,)
        order = (liked, not_liked) if verdict is Verdict.A else (not_liked, liked)
        about = "설명이 정확하고 근거가 분명합니다" if number % 2 else "문장이 장황하고 핵심이 없습니다"
        say(arena, opened, verdict, order, f"{about} {number}")
    publish(arena)
    return arena


def test_told_after_publication(published):
    """Once the result is published a team reads reasons and comments beside its answers, and no verdict."""
    own = published.contest.roster.ids[0]
    asked, by = teams(published), member(own)
    found = list(asked.every_answer(by))

    assert asked.is_told(by)
    assert {one.reasons for one in found} == {(Reason.CORRECT,)}
    assert all(one.comment for one in found)
    assert {one.verdict for one in found} == {""}
    assert list(asked.every_answer(by, Wanted(reason="wrong"))) == []
    assert list(asked.every_answer(by, Wanted(commented=True))) == found


def test_verdicts_by_answer(published):
    """Where the operator says so, each answer shows how it fared, and can be found by that."""
    own = published.contest.roster.ids[0]
    asked, by = teams(published, verdicts_by_answer=True), member(own)

    assert {one.verdict for one in asked.every_answer(by)} == {"won"}
    assert list(asked.every_answer(by, Wanted(verdict="lost"))) == []


def test_summary(published):
    """A summary tells ratings as published, wins by opponent and category, reasons and themes."""
    ids = published.contest.roster.ids
    asked = teams(published)
    before = asked.summary(member(ids[0]))
    asked.prepare()
    found = asked.summary(member(ids[0]))

    assert before is None
    assert found.whole is None or found.whole.lower <= found.whole.rating <= found.whole.upper
    assert set(found.opponents) == set(ids[1:])
    assert all(one["won"] >= 5 and one["lost"] is None for one in found.opponents.values())
    assert found.reasons["law"] == {Reason.CORRECT: found.categories["law"]["won"]}
    assert {word for theme in found.themes for word in theme.words} & {"근거가", "핵심이"}


def test_small_cells(published):
    """Every count is a step of five that at least five citizens stand behind; totals stand nowhere."""
    asked = teams(published)
    asked.prepare()
    shown = []
    for own in published.contest.roster.ids:
        found = asked.summary(member(own))
        for table in (found.categories, found.opponents):
            shown += [count for row in table.values() for count in row.values()]
        shown += [count for row in found.reasons.values() for count in row.values()]
        shown += [theme.comments for theme in found.themes]

    assert None in shown
    assert all(count is None or (count >= 5 and count % 5 == 0) for count in shown)


def test_sealed_again(published):
    """An exclusion after publication closes the feedback until the next result is published."""
    own = published.contest.roster.ids[0]
    surely(lifecycle(published).remove, published.contest.roster.ids[-1], "originality")

    with pytest.raises(Sealed):
        teams(published).summary(member(own))
    assert {one.comment for one in teams(published).every_answer(member(own))} == {""}


def test_live_standings_seal_nothing(arena):
    """Where the rules make standings live, a team reads at once what citizens said."""
    live = replace(arena.contest, rules=replace(arena.contest.rules, standings=Seal.LIVE))
    arena.contest = live
    opened = battle(arena)
    say(arena, opened, Verdict.A, ((Reason.CLEAR,), ()), "좋다")
    asked, by = teams(arena), member(seats_of(arena, opened)[Side.A])
    asked.prepare()

    assert [one.reasons for one in asked.answers(by).answers] == [(Reason.CLEAR,)]
    assert asked.summary(by).opponents


def test_files(published):
    """Both files hold every answer; in the CSV no cell is a formula."""
    own = published.contest.roster.ids[0]
    found = list(teams(published).every_answer(member(own)))
    found[0] = replace(found[0], prompt="=HYPERLINK(1)", comment="@SUM(1)")
    sheet, lines = "".join(csv_of(found)), "".join(json_of(found))

    assert sheet.startswith("\ufeff")
    assert "'=HYPERLINK(1)" in sheet
    assert ",=" not in sheet
    assert lines.count("\n") == len(found)


async def test_serving(arena):
    """A team sees requests, times and failures of its own endpoints, and of no other's."""
    ids, clock = arena.contest.roster.ids, arena.clock
    meter = Meter(lambda: clock().timestamp(), lambda: 0.0)
    job = ServingJob(arena.store, arena.contest.rules.round_id, meter, clock)
    for _ in range(3):
        with meter.measured(ids[0], "http://own"):
            pass
    with meter.measured(ids[1], "http://other"):
        pass
    await job.write()

    found = teams(arena).serving(member(ids[0]))

    assert set(found.recent) == {"http://own"}
    assert [one.whole for one in found.over_time.values()] == [3]
    assert found.whole.requests == 3
    with pytest.raises(BadRequest):
        teams(arena).serving(member(ids[0]), 17)


def test_alerts():
    """A team is told which endpoint fails, begins late or is asked nothing."""
    late = tuple([0] * 11 + [20, 0])
    well = Service(40, 40, 0, 400, 40.0, tuple([40] + [0] * 12), {})
    failing = Service(20, 15, 0, 100, 10.0, late, {"stalled": 5})

    found = alerts(("one", "two", "three"), {"one": well, "two": failing})

    assert [(alert.endpoint, alert.trouble, alert.size) for alert in found] == [
        ("two", Trouble.FAILING, 25),
        ("two", Trouble.SLOW_START, 30.0),
        ("three", Trouble.SILENT, 0.0),
    ]
