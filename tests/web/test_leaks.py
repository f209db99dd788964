"""Contestants that tell their names on purpose, seen from the browser's end of a real arena."""

import asyncio

import pytest

from arena.backends.demo.leaks import BEYOND, MASKED, said
from arena.backends.demo.personas import PERSONAS
from arena.backends.visible import Visible
from arena.web.render import render
from tests.bench.identity_prompts import prompts
from tests.bench.leak_attack import NAMES, attack, line, squeezed, stage, visible

HIDDEN = {"in the reasoning"}
PLANS = ["|".join(list(MASKED)[first : first + 16]) for first in range(0, len(MASKED), 16)]


@pytest.fixture(scope="module")
def addresses(tmp_path_factory):
    """An arena, and contestants that can be told to leak."""
    with stage(tmp_path_factory.mktemp("leaks")) as addresses:
        yield addresses


def sanitised(text):
    seen = Visible()
    return seen.feed(text) + seen.finish()


@pytest.mark.parametrize("way", [*sorted(MASKED.keys() - HIDDEN), "maker outside a self-introduction"])
def test_a_leak_would_be_seen(way):
    """Without masking, what a page shows of every leak holds a name: the check sees what it looks for."""
    shown = [squeezed(visible(render(sanitised(said(way, persona))))) for persona in PERSONAS]

    assert all(any(name in letters for name in NAMES.values()) for letters in shown)


@pytest.mark.parametrize("plan", PLANS)
def test_no_name_reaches_the_browser(addresses, plan):
    """Whatever way contestants try, no event, page or record shows a name, and no battle is lost by it."""
    seen = asyncio.run(attack(*addresses, plan, prompts()[:: len(prompts()) // 4], 2))

    assert (dict(seen.names), seen.voided) == ({}, 0)
    assert seen.replies == 10


def test_what_masking_cannot_see_through_is_known(addresses):
    """A name that is written backwards gets through; the list of such ways is kept, not hidden."""
    seen = asyncio.run(attack(*addresses, "backwards", prompts()[:1], 1))

    assert seen.shown == 2
    assert "backwards" in line("backwards", seen)
    assert len(MASKED) >= 20
    assert not MASKED.keys() & BEYOND.keys()
