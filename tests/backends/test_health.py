import asyncio
from contextlib import aclosing, suppress
from dataclasses import replace

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.backends.health import MOST_REQUESTS, Lookout, requests_in, waiting_in
from arena.backends.pool import Pool
from arena.backends.vllm import Limits, VllmBackend
from arena.contest.roster import Roster
from arena.errors import BackendError, Fault
from tests.servers import ROOT

METRICS = """# HELP vllm:num_requests_running Number of requests in model execution batches.
# TYPE vllm:num_requests_running gauge
vllm:num_requests_running{engine="0",model_name="smol"} 3.0
# TYPE vllm:num_requests_waiting gauge
vllm:num_requests_waiting{engine="0",model_name="smol"} 2.0
vllm:num_requests_waiting_by_reason{engine="0",model_name="smol",reason="capacity"} 2.0
vllm:kv_cache_usage_perc{engine="0",model_name="smol"} 0.5
"""


def test_requests_of_vllm():
    """Running and waiting requests are added up; what only looks like them is not."""
    assert requests_in(METRICS) == 5
    assert requests_in(METRICS + METRICS) == 10


def test_metrics_that_vllm_gave():
    """What a real vLLM answers is read."""
    text = (ROOT / "tests/golden/vllm/metrics-idle.txt").read_text("utf-8")

    assert requests_in(text) == 0


@pytest.mark.parametrize(
    "text",
    [
        "",
        "vllm:num_requests_running",
        "vllm:num_requests_running NaN",
        "vllm:num_requests_running -3",
        "vllm:num_requests_running 1e999",
        "vllm:num_requests_running{ 3",
        " vllm:num_requests_running 3",
        "vllm:num_requests_running ３",
        "vllm:num_requests_running{" + "x" * 5_000 + "} 3",
    ],
)
def test_metrics_that_say_nothing(text):
    """What is no count of requests is none."""
    assert requests_in(text) is None


def test_a_boast():
    """A server that claims more requests than any has is not believed."""
    assert requests_in("vllm:num_requests_running 999999999\n" * 3) == MOST_REQUESTS


@given(st.text(max_size=2_000))
def test_hostile_metrics(text):
    """Whatever a server writes into its metrics, nothing breaks."""
    found = requests_in(text + "\nvllm:num_requests_running " + text)

    assert found is None or 0 <= found <= MOST_REQUESTS


@pytest.fixture
def asked_of():
    """Look once at a contestant's endpoint whose server answers by a table of paths."""

    async def look(contestant, answers, limits=Limits(first=0.3)):  # noqa: B008 - frozen
        def answer(request):
            status, content, headers = answers[request.url.path]
            return httpx.Response(status, content=content, headers=headers)

        found = []

        class Noting(Pool):
            def note_probe(self, endpoint, fault, running, waiting=None):
                found.append((endpoint, fault, running))

        async with VllmBackend({}, limits, httpx.MockTransport(answer)) as backend:
            await Lookout(backend, Noting(backend), Roster((contestant,)), patience=0.5).once()
        return found

    return look


OK = (200, b"", {})
PLAIN = {"content-type": "text/plain; version=0.0.4"}


@pytest.fixture
def team(contestant):
    return replace(contestant, endpoints=("http://team",))


async def test_what_a_probe_finds(asked_of, team):
    """A server that is well is asked what it has to do."""
    found = await asked_of(team, {"/health": OK, "/metrics": (200, METRICS.encode(), PLAIN)})

    assert found == [("http://team", None, 5)]


@pytest.mark.parametrize(
    "metrics",
    [
        (404, b"{}", {"content-type": "application/json"}),
        (200, METRICS.encode(), {"content-type": "text/html"}),
        (200, b"\xff\xfe\x00" * 100, PLAIN),
        (200, b"x" * (2 << 20), PLAIN),
        (200, b"\x1f\x8b", {**PLAIN, "content-encoding": "gzip"}),
        (307, b"", {"location": "http://elsewhere/metrics"}),
    ],
)
async def test_metrics_are_no_duty(asked_of, team, metrics):
    """A server without metrics, or with strange ones, is well all the same."""
    found = await asked_of(team, {"/health": OK, "/metrics": metrics})

    assert found == [("http://team", None, None)]


@pytest.mark.parametrize(
    ("health", "fault"),
    [
        ((503, b"", {}), Fault.BUSY),
        ((500, b"", {}), Fault.FAILED),
        ((404, b"", {}), Fault.REFUSED),
        ((302, b"", {"location": "/"}), Fault.REFUSED),
        ((200, b"x" * (2 << 20), {}), Fault.MALFORMED),
    ],
)
async def test_a_server_that_is_not_well(asked_of, team, health, fault):
    """What a failed probe means is told to the pool, and nothing more is asked of that server."""
    found = await asked_of(team, {"/health": health})

    assert found == [("http://team", fault, None)]


class Ward:
    """Endpoints that answer as they are told: well, a fault, or never."""

    def __init__(self, answers):
        self.answers = answers
        self.asked = 0

    async def healthy(self, endpoint, _):
        """Answer a probe."""
        self.asked += 1
        told = self.answers[endpoint]
        if isinstance(told, Fault):
            raise BackendError(told)
        await asyncio.sleep(told)

    async def metrics(self, *_):
        """Give no metrics."""
        return ""


async def test_a_silent_server(team):
    """A server that does not answer a probe is given up after a while, and is stalled."""
    faults = []

    class Noting(Pool):
        def note_probe(self, endpoint, fault, running, waiting=None):
            faults.append(fault)

    ward = Ward({"http://team": 60.0})
    await Lookout(ward, Noting(ward), Roster((team,)), patience=0.02).once()

    assert faults == [Fault.STALLED]


async def test_looking_goes_on_while_the_arena_serves(team, scripted, question, decoding):
    """A dead endpoint is found without a citizen's battle, and taken up again when it is well."""
    ward = Ward({"http://team": Fault.UNREACHABLE})
    pool = Pool(scripted({"http://team": ["x"]}))
    lookout = Lookout(ward, pool, Roster((team,)), every=0.01)

    async with lookout.at_work():
        refused = await until(pool, team, question, decoding, well=False)
        ward.answers["http://team"] = 0.0
        given = await until(pool, team, question, decoding, well=True)
    before = ward.asked
    await asyncio.sleep(0.05)

    assert (refused, given) == ([], ["x"])
    assert ward.asked == before
    assert len(asyncio.all_tasks()) == 1


async def until(pool, team, question, decoding, *, well):
    """Ask until a reply comes, or until none does."""
    for _ in range(500):
        said = []
        with suppress(BackendError):
            async with aclosing(pool.reply(team, question, decoding)) as deltas:
                said = [delta async for delta in deltas]
        if bool(said) is well:
            return said
        await asyncio.sleep(0.01)
    raise AssertionError("it never came")


async def test_drained_by_the_operator(team, scripted, question, decoding):
    """What the operator has taken out is looked up at every look."""
    drained = {"http://team"}
    ward = Ward({"http://team": 0.0})
    pool = Pool(scripted({"http://team": ["x"]}))
    lookout = Lookout(ward, pool, Roster((team,)), lambda: frozenset(drained))
    await lookout.once()
    with pytest.raises(BackendError, match="drained"):
        await anext(pool.reply(team, question, decoding))

    drained.clear()
    await lookout.once()

    async with aclosing(pool.reply(team, question, decoding)) as deltas:
        assert await anext(deltas) == "x"


def test_those_that_wait():
    """Of the requests that vLLM says it has, those that wait are told apart; where it says none, none."""
    metrics = 'vllm:num_requests_running 4\nvllm:num_requests_waiting{a="b"} 3\n'

    assert (requests_in(metrics), waiting_in(metrics), waiting_in("")) == (7, 3, None)
