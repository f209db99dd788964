"""Asking every endpoint before citizens come: each contestant's answer is its own."""

from dataclasses import replace

import pytest

from arena.backends.demo.launch import Demo
from arena.contest.roster import Roster
from arena.service import operators
from tests.servers import free_port
from tests.service.porter import porter


@pytest.fixture(scope="module")
def demo():
    """The demo contestants' server."""
    with Demo(speed=50) as running:
        yield running


def with_first(roster, **changes):
    first, *rest = roster.contestants
    return Roster((replace(first, **changes), *rest))


def problems(checked):
    return {one.contestant.id: [made.problem for made in one.probes if made.problem] for one in checked}


async def test_all_serve(demo, contest):
    """Where every endpoint serves every contestant passes, in the order of declaration."""
    checked = await operators.check(demo.resolved(contest.roster), {})

    assert tuple(one.contestant.id for one in checked) == contest.roster.ids
    assert all(one.serves for one in checked)
    asked = {one.contestant.images: [made.check.value for made in one.probes] for one in checked}
    assert asked == {
        True: ["health", "models", "reply", "picture"],
        False: ["health", "models", "reply"],
    }
    assert all(made.latency_ms > 0 for one in checked for made in one.probes)


async def test_one_does_not_serve(demo, contest):
    """A contestant whose server is away does not serve; the others are not touched by it."""
    roster = with_first(demo.resolved(contest.roster), endpoints=(f"http://127.0.0.1:{free_port()}",))

    checked = await operators.check(roster, {})

    assert [one.serves for one in checked] == [False, True, True, True, True]
    assert all("unreachable" in problem for problem in problems(checked)[roster.ids[0]])


async def test_one_of_two_endpoints(demo, contest):
    """A contestant serves only when every endpoint of it does."""
    resolved = demo.resolved(contest.roster)
    good = resolved.contestants[0].endpoints
    roster = with_first(resolved, endpoints=(*good, f"http://127.0.0.1:{free_port()}"))

    checked = await operators.check(roster, {})

    assert checked[0].serves is False
    assert {made.endpoint for made in checked[0].probes if made.problem} == {
        roster.contestants[0].endpoints[1]
    }


async def test_another_model(demo, contest):
    """A server that serves another model than the declared one is named with what it serves."""
    checked = await operators.check(with_first(demo.resolved(contest.roster), served_model="another"), {})

    assert any(
        "'another' is not served there" in problem for problem in problems(checked)[contest.roster.ids[0]]
    )


@pytest.mark.parametrize(("keys", "serves"), [({"TEAM_KEY": "right"}, True), ({"TEAM_KEY": "wrong"}, False)])
async def test_key(contest, keys, serves):
    """A key is sent as it stands in the environment; a wrong one is a refusal that does not repeat it."""
    with porter(key="right", model="gulleongsoe") as url:
        roster = Roster((replace(contest.roster.contestants[0], endpoints=(url,), key_env="TEAM_KEY"),))
        checked = await operators.check(roster, keys)

    assert checked[0].serves is serves
    told = " ".join(problems(checked)[roster.ids[0]])
    assert ("401" in told) is not serves
    assert "wrong" not in told
