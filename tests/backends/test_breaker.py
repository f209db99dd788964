import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.backends.breaker import LIVES, MOST_FAILURES, NOBODY, REST, TRANSITIONS, Breaker, Event, State
from arena.errors import Fault

DEAD = sorted(set(Fault) - LIVES)


def failed(breaker, times=1, fault=Fault.FAILED, now=0.0, *, trial=False):
    for _ in range(times):
        breaker = breaker.failed(fault, now, trial=trial)
    return breaker


@pytest.fixture
def opened():
    return failed(Breaker(), MOST_FAILURES, Fault.STALLED)


@pytest.fixture
def trying(opened):
    return opened.at(REST).asked()


@pytest.mark.parametrize("fault", DEAD)
def test_failures_in_a_row(fault):
    """So many failures in a row close an endpoint off, and the last fault says why."""
    almost = failed(Breaker(), MOST_FAILURES - 1, fault)
    assert almost.admits

    opened = failed(almost, 1, fault)

    assert not opened.admits
    assert opened.fault is fault


def test_a_whole_reply_between():
    """A reply that is whole makes good what failed before it."""
    breaker = failed(Breaker(), MOST_FAILURES - 1).whole()

    assert failed(breaker, MOST_FAILURES - 1).admits


@pytest.mark.parametrize("fault", sorted(LIVES))
def test_what_a_prompt_can_cause(fault):
    """No citizen can shut an endpoint by prompts that it refuses, or that its model has no answer to."""
    assert failed(Breaker(), 10 * MOST_FAILURES, fault) == Breaker()


def test_one_trial_at_a_time(opened):
    """After its rest an endpoint is tried with one request, and nothing else is asked meanwhile."""
    assert not opened.at(REST - 0.1).admits
    rested = opened.at(REST)
    assert rested.admits

    assert not rested.asked().admits
    assert not rested.asked().at(REST * 100).admits


def test_a_good_trial(trying):
    """A trial that begins to answer lets requests through again, and one failure more stops them."""
    closed = trying.begun(trial=True)

    assert closed.state is State.CLOSED
    assert failed(closed).state is State.OPEN
    assert failed(closed.whole()).state is State.CLOSED


@pytest.mark.parametrize("fault", DEAD)
def test_a_bad_trial(trying, fault):
    """A trial that fails means another rest."""
    again = failed(trying, 1, fault, REST, trial=True)

    assert not again.at(2 * REST - 0.1).admits
    assert again.at(2 * REST).admits


@pytest.mark.parametrize("fault", sorted(LIVES))
def test_a_trial_that_is_refused(trying, fault):
    """A server that answers a trial, whatever it says, lives."""
    assert failed(trying, 1, fault, trial=True).admits


def test_a_trial_given_up(trying):
    """A trial that the citizen gives up says nothing; the next request is the trial."""
    assert trying.left(trial=True).state is State.HALF_OPEN
    assert trying.left(trial=False) is trying


def test_what_was_asked_before(opened, trying):
    """Requests from before the opening decide nothing about the trial."""
    for breaker in (opened, trying):
        assert failed(breaker, 5).state is breaker.state
        assert breaker.begun(trial=False) == breaker
        assert breaker.whole() == breaker


@pytest.mark.parametrize("fault", sorted(set(Fault) - {Fault.REFUSED, Fault.STALLED}))
def test_a_failed_probe(fault):
    """An endpoint that is not well is closed off at once."""
    opened = Breaker().probed(fault, 0.0)

    assert (opened.state, opened.fault) == (State.OPEN, fault)


@pytest.mark.parametrize("fault", sorted(NOBODY))
def test_nobody_answers_probes(fault):
    """Where nobody answers probes, nobody tries with a citizen's question either."""
    again = Breaker().probed(Fault.UNREACHABLE, 0.0).probed(fault, REST - 1)

    assert not again.at(2 * REST - 2).admits


@pytest.mark.parametrize("fault", [Fault.FAILED, Fault.BUSY, Fault.MALFORMED])
def test_a_health_page_that_errs(fault):
    """A server that says it is not well is tried all the same; if it answers, it is asked like any other."""
    ill = Breaker().probed(fault, 0.0)
    for second in range(1, int(REST)):
        ill = ill.probed(fault, second)
    trying = ill.at(REST).asked()
    closed = trying.begun(trial=True).whole()

    assert trying.state is State.TRYING
    assert closed.probed(fault, REST + 1).admits
    assert failed(closed.probed(fault, REST + 1), MOST_FAILURES).state is State.OPEN
    assert closed.probed(None, REST + 1).probed(fault, REST + 2).state is State.OPEN
    assert closed.probed(Fault.UNREACHABLE, REST + 1).state is State.OPEN


def test_a_probe_that_is_well_again(opened):
    """After a failed probe, one that is well ends the rest; failures of replies are rested out."""
    ill = Breaker().probed(Fault.UNREACHABLE, 0.0)

    assert ill.probed(None, 1.0).state is State.HALF_OPEN
    assert opened.probed(None, 1.0).state is State.OPEN
    assert ill.probed(None, 1.0).asked().probed(None, 2.0).state is State.TRYING


def test_a_slow_probe():
    """A probe that is answered late counts as one failure: the machine may only be busy."""
    breaker = Breaker()
    for _ in range(MOST_FAILURES - 1):
        breaker = breaker.probed(Fault.STALLED, 0.0)
    assert breaker.admits

    assert not breaker.probed(Fault.STALLED, 0.0).admits


def test_a_refused_probe():
    """A server that will not say how it is, is judged by its replies alone."""
    assert Breaker().probed(Fault.REFUSED, 0.0) == Breaker()


def test_a_probe_during_the_trial(trying):
    """While a trial runs, it alone decides."""
    assert trying.probed(Fault.FAILED, REST).state is State.TRYING


FAULTS = st.sampled_from(Fault)
STEPS = st.one_of(
    st.tuples(st.just("ask")),
    st.tuples(st.just("end"), st.integers(0, 50), st.sampled_from(["begun", "whole", "left", *Fault])),
    st.tuples(st.just("probe"), st.one_of(st.none(), FAULTS)),
    st.tuples(st.just("wait"), st.floats(0, 30)),
)


@given(st.lists(STEPS, max_size=60))
def test_never_two_trials(steps):
    """Whatever happens in whatever order, no two trials are under way at once."""
    breaker, now, running = Breaker(), 0.0, []
    for step, *what in steps:
        breaker = breaker.at(now)
        if step == "wait":
            now += what[0]
        elif step == "probe":
            breaker = breaker.probed(what[0], now)
        elif step == "ask" and breaker.admits:
            asked = breaker.asked()
            running.append(asked is not breaker)
            breaker = asked
        elif step == "end" and running:
            breaker = ended(breaker, running, what[0] % len(running), what[1], now)

        assert sum(running) <= 1
        assert (breaker.state is State.TRYING) == (sum(running) == 1)


def ended(breaker, running, place, how, now):
    """End one request, or let it begin; after its first piece a trial is a request like any other."""
    if how == "begun":
        trial, running[place] = running[place], False
        return breaker.begun(trial=trial)
    trial = running.pop(place)
    if how == "whole":  # nothing is whole that has not begun
        return breaker.begun(trial=trial).whole()
    return breaker.left(trial=trial) if how == "left" else breaker.failed(how, now, trial=trial)


def test_every_state_is_left():
    """No state is a trap: from each some event leads on."""
    assert {state for state, _ in TRANSITIONS} == set(State)
    assert {event for _, event in TRANSITIONS} == set(Event)
