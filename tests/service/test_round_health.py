"""The health of a round: everything is counted once, and nothing tells who wins."""

from collections import Counter
from dataclasses import replace
from random import Random
from types import SimpleNamespace

import pytest

from arena.contest.battle import Side, VoidReason
from arena.contest.rules import Verdict
from arena.errors import Fault, NotPermitted
from arena.identity.secrets import Secrets
from arena.identity.staff import AccountId, Role, Staff
from arena.reporting.health import FEWEST_VOTES, spread
from arena.service.citizens import Citizens
from arena.service.evaluators import Evaluators
from arena.service.round_health import MOST_ENTRIES, RoundHealth
from arena.service.rounds import open_round
from arena.store import health, schema, votes
from arena.store.session import Store
from tests.fakes import Chance, Clock
from tests.leading import LOG, lifecycle, surely
from tests.reporting.ballots import REPLIES, cast, changed, newcomer, seats_of

EVALUATOR = Staff(AccountId("E" * 26), "evaluator", Role.EVALUATOR)
TURNED = {Verdict.A: Verdict.B, Verdict.B: Verdict.A}


def opened(arena, category="general"):
    """A battle of a newcomer that waits for its answers."""
    voter = newcomer(arena)
    return arena.citizens.open_battle(arena.citizens.new_battle_id(), voter, "질문", category, "ko")


def watched(arena):
    """The health of the arena's round, counted to the end."""
    watching = RoundHealth(arena.store, arena.contest, arena.clock)
    while watching.count():
        pass
    return watching


def look(arena):
    return watched(arena).look(EVALUATOR)


def vote(arena, battle, verdict=Verdict.A, **more):
    return arena.citizens.cast_vote(battle.id, battle.voter, verdict, **more)


def test_empty_round(arena):
    """Before the first battle there is nothing to count, and nothing breaks."""
    found = look(arena)

    assert (found.progress.votes, found.progress.battles, found.behind) == (0, 0, 0)
    assert found.progress.answering.median is None
    assert set(found.progress.contestants) == set(arena.contest.roster.ids)


def test_everything_is_counted_once(arena):
    """Votes, voids and running battles stand under their hour, category and pair, each of them once."""
    watching = RoundHealth(arena.store, arena.contest, arena.clock)
    pairs = Counter()
    for number in range(6):
        battle = opened(arena, ["law", "medicine"][number % 2])
        pairs[tuple(seats_of(arena, battle).values())] += 1
        arena.citizens.answered(battle.id, REPLIES)
        watching.count()
        vote(arena, battle)
        arena.clock.advance(minutes=30)
    running = opened(arena)
    while watching.count():
        pass

    found = watching.look(EVALUATOR).progress
    assert (found.votes, found.voters, found.battles) == (6, 6, 7)
    assert list(found.over_time.values()) == [2, 2, 2]
    assert found.categories == {("open", "law"): 3, ("open", "medicine"): 3}
    assert {(one.side_a, one.side_b): one.votes for one in found.exposure if one.votes} == pairs
    seats = tuple(seats_of(arena, running).values())
    assert [(one.side_a, one.side_b) for one in found.exposure if one.running] == [seats]


def test_what_a_round_holds(arena):
    """Battles, votes and voters are told at once, the same as counted one by one, however much is tallied."""
    watching, round_id = RoundHealth(arena.store, arena.contest, arena.clock), arena.contest.rules.round_id
    voters, told, known = [newcomer(arena), newcomer(arena)], [], []
    for step, fate in enumerate(("voted", "skipped", "voted", "voted", "skipped", "voted", "running")):
        voter = voters[step % 2]
        battle = arena.citizens.open_battle(arena.citizens.new_battle_id(), voter, "질문", "general", "ko")
        arena.citizens.answered(battle.id, REPLIES)
        if fate == "skipped":
            arena.citizens.skip(battle.id, voter)
        elif fate == "voted":
            vote(arena, battle)
        if step in {2, 4}:
            watching.count()
        with arena.store.snapshot() as connection:
            told.append(health.held(connection, round_id))
            known.append(votes.counts(connection, round_id))

    assert told == known
    assert known[-1] == votes.Counts(battles=7, votes=4, citizens=2)


def test_times(arena):
    """Medians are those of the answers and of the time from the answers to the vote."""
    for answering, deciding in ((2.0, 10), (4.0, 20), (60.0, 300)):
        battle = opened(arena)
        arena.clock.advance(seconds=answering)
        arena.citizens.answered(battle.id, REPLIES)
        arena.clock.advance(seconds=deciding)
        vote(arena, battle)

    found = look(arena).progress

    assert (found.answering.median, found.answering.p95) == (4.0, 60.0)
    assert (found.deciding.median, found.deciding.p95) == (20, 300)


def test_time_to_vote_after_asking_on(arena):
    """Where she has asked on, the time to the vote runs from the last answers."""
    battle = opened(arena)
    arena.citizens.answered(battle.id, REPLIES)
    arena.clock.advance(seconds=500)
    arena.citizens.ask_on(battle.id, battle.voter, "그럼?")
    arena.citizens.answered(battle.id, REPLIES)
    arena.clock.advance(seconds=7)
    vote(arena, battle)

    assert look(arena).progress.deciding.median == 7
    assert look(arena).progress.answering.number == 2


def test_faults_stand_with_their_contestant(arena):
    """A failed reply counts for the contestant whose it was, its void for both that sat there."""
    failing, left = opened(arena), opened(arena)
    seats = seats_of(arena, failing)
    arena.citizens.failed(failing.id, VoidReason.REPLY_FAILED, Side.B, Fault.STALLED)
    arena.citizens.answered(left.id, REPLIES)
    arena.citizens.skip(left.id, left.voter)

    found = look(arena).progress

    assert found.contestants[seats[Side.B]].faults == {"stalled": 1}
    assert found.contestants[seats[Side.A]].faults == {}
    assert all(found.contestants[each].voids["reply_failed"] == 1 for each in seats.values())
    assert sum(one.voids for one in found.exposure) == 2


def test_a_restart_counts_on(arena):
    """Counts are kept: a server that comes back counts on where it stopped, and two count nothing twice."""
    for _ in range(3):
        cast(arena, newcomer(arena), Verdict.A)
    first, second = watched(arena), watched(arena)
    cast(arena, newcomer(arena), Verdict.A)
    while second.count() or first.count():
        pass

    assert first.look(EVALUATOR).progress.votes == 4


def test_counting_in_pieces(arena):
    """A long record is counted in pieces, and says how much is left."""
    cast(arena, newcomer(arena), Verdict.A)
    watching = RoundHealth(arena.store, arena.contest, arena.clock)

    assert watching.look(EVALUATOR).behind > 0
    assert MOST_ENTRIES > 0
    with arena.store.reading() as connection:
        halves = [
            health.count_between(connection, arena.contest.rules.round_id, since, until)
            for since, until in ((-1, 5), (5, 100))
        ]
        whole = health.count_between(connection, arena.contest.rules.round_id, -1, 100)
    assert halves[0] + halves[1] == whole


def test_another_round_is_not_counted(arena):
    """Votes of an earlier round on the same record are not among those of this one."""
    cast(arena, newcomer(arena), Verdict.A)
    contest = changed(arena.contest, round_id="demo-6")
    round_ = open_round(arena.store, contest, arena.secrets, arena.clock, arena.chance, LOG)
    arena.citizens = Citizens(arena.store, round_, b"k" * 32, arena.clock, arena.chance)
    arena.contest, arena.round = contest, round_
    cast(arena, newcomer(arena), Verdict.A)

    assert look(arena).progress.votes == 1


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.AUDITOR, Role.EVALUATOR, Role.TEAM])
def test_who_may_look(arena, role):
    """Evaluators, operators and auditors may watch the round, teams may not."""
    contestant = arena.contest.roster.ids[0] if role is Role.TEAM else None
    by = Staff(AccountId("S" * 26), "staff", role, contestant)

    if role is Role.TEAM:
        with pytest.raises(NotPermitted):
            watched(arena).look(by)
    else:
        assert watched(arena).look(by).progress.votes == 0


def test_ties_in_whole_percents(arena):
    """Shares of ties are told of enough votes only, and in whole percents."""
    for number in range(FEWEST_VOTES - 1):
        cast(arena, newcomer(arena), [Verdict.TIE, Verdict.A, Verdict.BOTH_BAD, Verdict.B][number % 4])
    before = look(arena).progress.ties["open"]
    cast(arena, newcomer(arena), Verdict.B)
    after = look(arena).progress.ties["open"]

    assert (before.tie, before.both_bad) == (None, None)
    assert (after.tie, after.both_bad) == (25, 25)


def test_guesses_give_the_index_of_the_report(arena):
    """The blinding index counted by the database is that of `arena blindness`, contestant by contestant."""
    random, ids = Random(3), arena.contest.roster.ids
    for _ in range(30):
        voter = newcomer(arena)
        for _ in range(2):
            battle = arena.citizens.open_battle(
                arena.citizens.new_battle_id(), voter, "질문", "general", "ko"
            )
            arena.citizens.answered(battle.id, REPLIES)
            vote(arena, battle, guess={side: random.choice([*ids, ""]) for side in Side})
    watching = watched(arena)
    watching.measure()

    found = watching.look(EVALUATOR).measured.recognised
    reported = Evaluators(arena.store, arena.round, arena.clock).blindness().recognised
    assert {each: one.said for each, one in found.items()} == {
        each: one.said for each, one in reported.items()
    }
    for each, one in found.items():
        assert (one.index.lower, one.index.index) == pytest.approx(
            (reported[each].index.lower, reported[each].index.index)
        )


def test_exclusions_are_counted_by_rule(arena):
    """Excluded votes stand under their rule, withdrawn ones and those on a removed contestant apart."""
    battles = [cast(arena, newcomer(arena), Verdict.A) for _ in range(8)]
    arena.citizens.erase(battles[0].voter, withdraw=True)
    led = lifecycle(arena)
    surely(led.close)
    sequence = arena.citizens.cast_vote(battles[1].id, battles[1].voter, Verdict.A).index
    surely(led.exclude, [sequence], "bought")
    out = seats_of(arena, battles[2])[Side.A]
    surely(led.remove, out, "originality")

    found = look(arena)

    assert found.excluded == {"decision": 1}
    assert found.withdrawn == 1
    assert found.removed == sum(out in seats_of(arena, one).values() for one in battles)


def world(folder, contest, secrets, said):
    """All that staff is told of a round; seats and citizens are the same each time."""
    store, clock, chance, told = Store(f"sqlite:///{folder}/arena.db"), Clock(), Chance(), []
    schema.migrate(store)
    round_ = open_round(store, contest, secrets, clock, chance, LOG)
    made = SimpleNamespace(store=store, contest=contest, clock=clock)
    made.citizens = Citizens(store, round_, b"k" * 32, clock, chance)
    watching = RoundHealth(store, contest, clock)
    for verdict in said:
        cast(made, newcomer(made), verdict)
        while watching.count():
            pass
        watching.measure()
        told.append(watching.look(EVALUATOR))
    store.close()
    return told


def test_nothing_tells_who_wins(contest, tmp_path):
    """Were each vote for a side one for the other, staff would be told the same after every single vote."""
    secrets, random = Secrets(tmp_path / "secrets"), Random(5)
    said = [random.choice(list(Verdict)) for _ in range(FEWEST_VOTES + 10)]
    turned = [TURNED.get(verdict, verdict) for verdict in said]

    first = world(tmp_path / "first", contest, secrets, said)
    second = world(tmp_path / "second", contest, secrets, turned)

    assert said != turned
    assert first == second
    assert first[-1].progress.votes == len(said)


def test_spread():
    """A percentile is the least time that so large a share of all does not exceed."""
    assert spread({1: 94, 2: 5, 9: 1}, 0.1).p95 == pytest.approx(0.2)
    assert spread({5: 1}).median == 5


class TestWithAReference:
    """A round in which one contestant is a reference."""

    @pytest.fixture
    def contest(self, contest):
        """Controls come up as often as half of the pairs."""
        *others, last = contest.roster.contestants
        roster = replace(contest.roster, contestants=(*others, replace(last, reference=True)))
        return replace(changed(contest, controls=6), roster=roster)

    def test_guesses(self, arena):
        """Guesses beside battles with a reference are left out, as in `arena blindness`."""
        test_guesses_give_the_index_of_the_report(arena)
