"""Leading a round through its life in tests, as an operator does with her commands."""

import json
import re
from contextlib import nullcontext

import pytest

from arena.errors import NotConfirmed
from arena.service.lifecycle import Lifecycle
from arena.store import record

LOG = "log.example+00000000+key"


def lifecycle(arena, contest=None, alone=nullcontext):
    """The steps of the arena's round, or of another that is declared for the same record."""
    declared = contest or arena.contest
    return Lifecycle(arena.store, declared, arena.secrets, arena.clock, arena.chance, lambda: LOG, alone)


def code_for(act, *asked, **more):
    """Ask for a step without its code, and read the code that fits."""
    with pytest.raises(NotConfirmed) as refusal:
        act(*asked, **more)
    return re.search(r"--confirm ([0-9a-f]{8})$", str(refusal.value))[1]


def surely(act, *asked, **more):
    """Ask for a step in two: what it will do, then do it."""
    return act(*asked, **more, confirm=code_for(act, *asked, **more))


def ledger(arena):
    """Give (type, payload) of every entry."""
    with arena.store.reading() as connection:
        lines = list(record.lines(connection))
    return [(json.loads(line.entry)["type"], json.loads(line.payload)) for line in lines]


def kinds(arena, since=0):
    """Give the type of every entry from the `since`-th on."""
    return [kind for kind, _ in ledger(arena)][since:]
