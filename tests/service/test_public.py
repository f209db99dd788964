"""What anyone may read of a round, and nothing before the rules allow it."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from arena.contest.rules import Seal, Verdict
from arena.errors import NoScore, Sealed, StoreUnavailable
from arena.service.citizens import CONSENT
from arena.service.evaluators import Evaluators
from arena.service.live_standings import QUICK, LiveStandings
from arena.service.public import FRESH, Public
from arena.store.columns import Moment
from arena.store.session import Store
from tests.leading import lifecycle, surely
from tests.reporting.ballots import cast, cast_many, changed, newcomer


def public(arena, **rules):
    """The public face of the same round under other rules."""
    round_ = replace(arena.round, contest=changed(arena.contest, **rules))
    return Public(arena.store, round_, arena.clock)


@pytest.mark.parametrize("rehearsal", [True, False])
def test_sealed(arena, rehearsal):
    """Sealed standings are shown to nobody before they are published, of a rehearsal neither."""
    cast_many(arena)
    face = public(arena, standings=Seal.SEALED, rehearsal=rehearsal)
    arena.clock.now = arena.contest.rules.closes
    led = lifecycle(arena)

    for lead in (lambda: None, lambda: surely(led.close), lambda: surely(led.commit_result)):
        lead()
        with pytest.raises(Sealed):
            face.standings()

    surely(led.publish)
    assert len(face.standings().rows) == 5


def test_live(arena):
    """Live standings are those of the evaluators, without the ids of contestants."""
    cast_many(arena)

    shown = public(arena, standings=Seal.LIVE).standings()

    known = Evaluators(arena.store, arena.round, arena.clock).standings()
    assert [(row.name, row.rating, row.points, row.votes) for row in shown.rows] == [
        (row.name, row.rating, row.points, row.votes) for row in known.rows
    ]
    assert (shown.votes, shown.voters) == (known.votes, known.voters)
    assert not set(arena.contest.roster.ids) & {row.name for row in shown.rows}


def test_few_votes(arena):
    """Votes that make no finite standings are said to make none."""
    cast(arena, newcomer(arena), Verdict.A)

    with pytest.raises(NoScore):
        public(arena, standings=Seal.LIVE).standings()


def test_round(arena):
    """The round tells its rules, their hash, the notice and what it holds so far."""
    cast(arena, newcomer(arena), Verdict.A)
    arena.citizens.open_battle(arena.citizens.new_battle_id(), newcomer(arena), "질문", "law", "ko")

    view = public(arena).round_view()

    assert (view.battles, view.votes, view.citizens) == (2, 1, 1)
    assert (view.rules_hash, view.consent) == (arena.round.rules_hash, CONSENT)
    assert (view.demo, view.open_now) == (True, True)


@pytest.mark.parametrize(("before", "open_now"), [(timedelta(microseconds=1), True), (timedelta(), False)])
def test_open_now(arena, before, open_now):
    """A round is open until its closing moment and not at it."""
    arena.clock.now = arena.contest.rules.closes - before

    assert public(arena).round_view().open_now is open_now


def test_not_open_yet(arena):
    """Before its opening a round is not open."""
    arena.clock.now = arena.contest.rules.opens - timedelta(microseconds=1)

    assert public(arena).round_view().open_now is False


def test_counts_are_kept_for_two_seconds(arena):
    """Counts are looked up again after two seconds, however many ask, and are never those of before."""
    face = public(arena)
    first = face.round_view()
    cast(arena, newcomer(arena), Verdict.A)

    arena.clock.advance(seconds=2)
    kept = face.round_view()
    arena.clock.advance(microseconds=1)
    fresh = face.round_view()

    assert timedelta(seconds=2) == FRESH
    assert (first.votes, kept.votes, fresh.votes) == (0, 0, 1)


def test_closed_early(arena):
    """A round that the operator has closed is not open, whatever its closing time."""
    surely(lifecycle(arena).close)

    assert public(arena).round_view().open_now is False


def test_open_now_is_never_kept(arena):
    """Whether the round is open is told by the clock, even while counts are kept."""
    face = public(arena)
    arena.clock.now = arena.contest.rules.closes - timedelta(seconds=1)
    before = face.round_view().open_now
    arena.clock.advance(seconds=1)

    assert (before, face.round_view().open_now) == (True, False)


def test_store_that_answers(arena):
    """A database that answers passes the check."""
    assert public(arena).check_store() is None


def test_store_that_does_not_answer(arena):
    """A database that is away fails the check by name."""
    away = Store("postgresql://nobody@127.0.0.1:1/none")

    with pytest.raises(StoreUnavailable):
        Public(away, arena.round, arena.clock).check_store()
    away.close()


def test_what_was_published(arena):
    """What is shown as published is what was committed, to the last bit; a removal leads to another."""
    cast_many(arena)
    arena.clock.now = arena.contest.rules.closes
    led, face = lifecycle(arena), public(arena, standings=Seal.SEALED)
    for step in (led.close, led.commit_result):
        surely(step)
    computed = Evaluators(arena.store, arena.round, arena.clock).standings()
    surely(led.publish)
    first = face.standings()
    surely(led.remove, arena.contest.roster.ids[0], "결정")
    for step in (led.commit_result, led.publish):
        surely(step)

    assert (first.rows, first.votes, first.voters) == (computed.rows, computed.votes, computed.voters)
    assert first.left_out == computed.left_out
    assert len(face.standings().rows) == len(first.rows) - 1


def test_a_published_result_without_standings(arena):
    """Where the votes made no finite standings, the published result says so."""
    cast(arena, newcomer(arena), Verdict.A)
    arena.clock.now = arena.contest.rules.closes
    led = lifecycle(arena)
    for step in (led.close, led.commit_result, led.publish):
        surely(step)

    with pytest.raises(NoScore):
        public(arena, standings=Seal.SEALED).standings()


class Slowly:
    """Makes standings whose making takes as many seconds of a stopwatch as it is told."""

    def __init__(self, made, takes):
        self.made, self.takes, self.times, self.seconds = made, takes, 0, 0.0
        self.may_go_on = threading.Event()
        self.may_go_on.set()

    def __call__(self):
        assert self.may_go_on.wait(20)
        self.times += 1
        self.seconds += self.takes
        if self.made is None:
            raise NoScore("too few votes")
        return replace(self.made, votes=self.times)


@pytest.fixture
def made(arena):
    """Some standings."""
    cast_many(arena)
    return Evaluators(arena.store, arena.round, arena.clock).standings()


def test_quickly_made(arena, made):
    """Live standings that are quickly made are made anew with every vote, and once for everybody."""
    slowly = Slowly(made, takes=QUICK)
    live = LiveStandings(slowly, arena.clock, lambda: slowly.seconds)

    seen = [live.standings(Moment(last, 0, 0, 0)).votes for last in (1, 1, 2, 2)]

    assert seen == [1, 1, 2, 2]


def test_slowly_made(arena, made):
    """Nobody waits for live standings that take long: the last are shown, and made anew every minute."""
    slowly = Slowly(made, takes=2 * QUICK)
    live = LiveStandings(slowly, arena.clock, lambda: slowly.seconds)
    seen = [live.standings(Moment(last, 0, 0, 0)).votes for last in (1, 2)]
    arena.clock.advance(seconds=60)
    slowly.may_go_on.clear()
    seen += [live.standings(Moment(last, 0, 0, 0)).votes for last in (3, 4)]
    slowly.may_go_on.set()
    live.wait()

    assert seen == [1, 1, 1, 1]
    assert live.standings(Moment(4, 0, 0, 0)).votes == 2


def test_too_few_votes_slowly(arena):
    """That votes make no standings is kept as standings are."""
    slowly = Slowly(None, takes=2 * QUICK)
    live = LiveStandings(slowly, arena.clock, lambda: slowly.seconds)

    for last in (1, 2):
        with pytest.raises(NoScore, match="too few"):
            live.standings(Moment(last, 0, 0, 0))
    assert slowly.times == 1
