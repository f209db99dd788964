import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from arena.errors import TooBusy
from arena.service.queue import ASK_AGAIN, KEPT, LATE, Line, Place, Queue

SOME = ("하나", "둘", "셋", "넷", "다섯")


@pytest.fixture
def queue():
    return Queue(2, 10)


def places(queue, voters, free=0, now=0.0, line=Line.BATTLE):
    """Let them ask one after the other; give each one's place, None for a slot."""
    given = [queue.ask(voter, line, free, now) for voter in voters]
    return [place and place.place for place in given]


def test_a_free_slot_is_taken_at_once(queue):
    """Where nobody waits and a slot is free, nobody gets a number."""
    assert places(queue, SOME[:1], free=2) == [None]
    assert len(queue) == 0


def test_first_come_first_served(queue):
    """Places are given in the order of arrival and stay as they are."""
    assert places(queue, SOME) == [1, 2, 3, 4, 5]
    assert places(queue, reversed(SOME), now=3.0) == [5, 4, 3, 2, 1]


def test_nobody_overtakes(queue):
    """A free slot is kept for the first in line, though others ask before her."""
    places(queue, SOME[:2])

    assert places(queue, ["neu"], free=1) == [2]
    assert places(queue, [SOME[1]], free=1) == [1]
    assert places(queue, [SOME[0]], free=1) == [None]


def test_several_free_slots(queue):
    """As many as there are free slots go on, in whatever order they ask."""
    places(queue, SOME[:3])

    assert places(queue, [SOME[1]], free=2) == [None]
    assert places(queue, [SOME[2]], free=1) == [1]
    assert places(queue, [SOME[0]], free=1) == [None]


def test_whoever_asks_on_comes_first(queue):
    """A second question comes before every new battle, and after the second questions before it."""
    places(queue, SOME[:2])

    assert places(queue, SOME[2:4], line=Line.TURN) == [1, 2]
    assert places(queue, SOME[:2]) == [3, 4]


def test_one_place_each(queue):
    """Who asks from two pages has one place, and the other line's is given up."""
    places(queue, SOME[:2])
    places(queue, SOME[:2])
    assert len(queue) == 2

    assert places(queue, SOME[1:2], line=Line.TURN) == [1]
    assert len(queue) == 2


def test_a_place_is_lost(queue):
    """Who has not asked for longer than she was told loses her place to those behind her."""
    places(queue, SOME[:2])
    places(queue, SOME[1:2], now=ASK_AGAIN)
    assert places(queue, SOME[1:2], now=KEPT) == [2]

    assert places(queue, SOME[1:2], now=KEPT + 1) == [1]
    assert places(queue, SOME[:1], now=KEPT + 1) == [2]


def test_giving_up(queue):
    """Who gives her place up leaves no gap; giving up what one has not is nothing."""
    places(queue, SOME[:2])
    queue.leave(SOME[0])
    queue.leave("nobody")

    assert places(queue, SOME[1:2]) == [1]


def test_the_line_is_bounded():
    """Beyond the bound nobody is put in line, and those who are in it keep their places."""
    queue = Queue(1, 2)
    places(queue, SOME[:2])

    with pytest.raises(TooBusy):
        places(queue, SOME[2:3])

    assert places(queue, SOME[:2]) == [1, 2]


def test_the_guess(queue):
    """The guess follows from how long answers have taken, the slots, and the place."""
    for seconds in (8.0, 12.0):
        queue.answered(seconds)

    assert [queue.ask(voter, Line.BATTLE, 0, 0.0) for voter in SOME[:3]] == [
        Place(1, 5, 1),
        Place(2, 10, 2),
        Place(3, 15, 3),
    ]


def test_asking_again_in_time():
    """Whoever asks again when she is told to never loses her place."""
    queue = Queue(1, 1_000)
    last = [queue.ask(str(number), Line.BATTLE, 0, 0.0) for number in range(200)][-1]

    assert last.again == LATE < ASK_AGAIN < KEPT


class InLine(RuleBasedStateMachine):
    """Citizens ask, give up and stay away, slots fall free: beside the line as a plain list."""

    def __init__(self):
        super().__init__()
        self.slots = 3
        self.queue = Queue(self.slots, 6)
        self.now = 0.0
        self.free = 3
        self.model = []  # [line, arrival, voter, asked at]
        self.arrivals = 0

    @rule(voter=st.sampled_from("abcdefgh"), line=st.sampled_from(Line))
    def asks(self, voter, line):
        self.model = [one for one in self.model if self.now - one[3] <= KEPT]
        mine = next((one for one in self.model if one[2] == voter), None)
        self.model = [one for one in self.model if one is not mine]
        if mine is None or mine[0] is not line:
            mine = [line, self.arrivals, voter, self.now]
        ahead = sum(one[:2] < mine[:2] for one in self.model)
        known = mine[1] < self.arrivals
        if ahead >= self.free and not known and len(self.model) >= 6:
            with pytest.raises(TooBusy):
                self.queue.ask(voter, line, self.free, self.now)
            return
        given = self.queue.ask(voter, line, self.free, self.now)
        if ahead < self.free:
            self.free -= 1
            assert given is None
            return
        self.arrivals += not known
        mine[3] = self.now
        self.model.append(mine)
        assert given.place == ahead - self.free + 1

    @rule()
    def a_slot_falls_free(self):
        self.free = min(self.free + 1, self.slots)

    @rule(voter=st.sampled_from("abcdefgh"))
    def gives_up(self, voter):
        self.queue.leave(voter)
        self.model = [one for one in self.model if one[2] != voter]

    @rule(seconds=st.sampled_from([1.0, 7.0, KEPT, 30.0]))
    def time_passes(self, seconds):
        self.now += seconds

    @invariant()
    def bounded(self):
        assert len(self.queue) <= 6


InLine.TestCase.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)


class TestInLine(InLine.TestCase):
    """The line is first in, first out among those present, and no slot goes to two citizens."""


@given(st.lists(st.floats(0, 1e6), max_size=100), st.integers(1, 500), st.integers(0, 50))
def test_the_guess_is_a_number(durations, slots, others):
    """Whatever answers have taken, the guess is at least a second and the pause within its bounds."""
    queue = Queue(slots, 100)
    for seconds in durations:
        queue.answered(seconds)
    for other in range(others):
        queue.ask(str(other), Line.BATTLE, 0, 0.0)
    place = queue.ask("me", Line.BATTLE, 0, 0.0)

    assert place.place == others + 1
    assert place.seconds >= 1
    assert 1 <= place.again <= LATE
