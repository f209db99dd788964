"""One thread does the work for all who wait; nobody is answered before it has ended."""

import threading
from concurrent.futures import ThreadPoolExecutor
from time import sleep

import pytest

from arena.errors import CapReached, StoreUnavailable
from arena.service.together import Together


class Work:
    """Doubles numbers; the first round of it waits for `gate`, so that others come meanwhile."""

    def __init__(self):
        self.gate = threading.Event()
        self.begun = threading.Event()
        self.rounds = []

    def __call__(self, asked):
        self.rounds.append(list(asked))
        self.begun.set()
        self.gate.wait()
        if -1 in asked:
            raise StoreUnavailable("the disk is full")
        if -2 in asked:
            raise RuntimeError
        return [CapReached() if one == 0 else 2 * one for one in asked]


def ask_while_one_leads(work, requests, most=64):
    """Let the first request lead and the others come while its work is being done; give what each got."""
    shared = Together(work, most)
    with ThreadPoolExecutor(len(requests) + 1) as pool:
        first = pool.submit(shared.ask, 100)
        work.begun.wait()
        others = [pool.submit(shared.ask, one) for one in requests]
        while len(shared._line) < len(requests):
            sleep(0.001)
        answered_early = [one for one in (first, *others) if one.done()]
        work.gate.set()
    return first, others, answered_early


def test_those_who_wait_are_served_together():
    """Requests that come while the work is being done are done together in its next round."""
    work = Work()

    first, others, _ = ask_while_one_leads(work, [1, 2, 3])

    assert [one.result() for one in (first, *others)] == [200, 2, 4, 6]
    assert [sorted(done) for done in work.rounds] == [[100], [1, 2, 3]]


def test_too_few_answers():
    """Where the work forgets an answer, nobody is left waiting, and the next request is served."""
    forgets = Together(lambda asked: [] if 0 in asked else [*asked])

    with pytest.raises(ValueError, match="argument"):
        forgets.ask(0)

    assert forgets.ask(1) == 1


def test_nobody_is_answered_early():
    """Nobody has an answer before the work on her request has ended."""
    _, _, answered_early = ask_while_one_leads(Work(), [1, 2])

    assert answered_early == []


def test_refusal_is_ones_own():
    """A request that is refused gets its refusal, and those beside it get their answers."""
    _, others, _ = ask_while_one_leads(Work(), [1, 0, 3])

    assert [others[0].result(), others[2].result()] == [2, 6]
    assert isinstance(others[1].exception(), CapReached)


def test_most():
    """One round takes so many requests at most; the rest goes on after it."""
    work = Work()

    ask_while_one_leads(work, [1, 2, 3, 4, 5], most=2)

    assert [len(done) for done in work.rounds] == [1, 2, 2, 1]


def test_work_that_fails():
    """Where the work comes to no end, each of its requests hears so with an error of its own."""
    _, others, _ = ask_while_one_leads(Work(), [1, -1, 3])

    told = [one.exception() for one in others]
    assert [str(one) for one in told] == ["the disk is full"] * 3
    assert len({id(one) for one in told}) == 3


def test_work_that_breaks():
    """A fault in the work itself comes out where it was done, and nobody takes it for an answer or waits."""
    _, others, _ = ask_while_one_leads(Work(), [1, -2, 3])

    kinds = sorted(type(one.exception()).__name__ for one in others)
    assert kinds == ["RuntimeError", "StoreUnavailable", "StoreUnavailable"]


def test_after_a_failure():
    """After work that has failed the next request is served as if nothing had been."""
    work = Work()
    work.gate.set()
    shared = Together(work)

    with pytest.raises(StoreUnavailable):
        shared.ask(-1)

    assert shared.ask(4) == 8
