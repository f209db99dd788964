"""A demo server for the whole run, and what it takes to ask it."""

import asyncio
from collections.abc import Sequence
from decimal import Decimal

import httpx
import pytest

from arena.backends.demo.launch import Demo
from arena.backends.demo.personas import PERSONAS
from arena.backends.vllm import Limits, VllmBackend
from arena.contest.roster import Contestant, ContestantId, Roster
from arena.contest.rules import Decoding

QUESTION = [{"role": "user", "content": "하늘은 왜 파란가요?"}]


@pytest.fixture(scope="session")
def demo():
    with Demo(controls=True, speed=50.0) as running:
        yield running


@pytest.fixture(scope="session")
def declared():
    """The demo's roster as models.yaml declares it."""
    return Roster(
        tuple(
            Contestant(
                id=ContestantId(persona.id),
                team=persona.team,
                name=persona.name,
                aliases=persona.aliases,
                endpoints=(f"demo://{persona.id}",),
                served_model=persona.id,
                key_env="",
                images=persona.images,
                weights="",
            )
            for persona in PERSONAS
        )
    )


@pytest.fixture(scope="session")
def roster(demo, declared):
    return demo.resolved(declared)


@pytest.fixture
def contestant(roster):
    return roster.contestants[0]


@pytest.fixture
def decoding():
    return Decoding(Decimal("0.7"), Decimal(1), 4000)


@pytest.fixture
def question():
    return QUESTION


@pytest.fixture
def limits():
    """Limits short enough to be waited for."""
    return Limits(connect=2.0, first=1.0, gap=0.6, whole=20.0)


@pytest.fixture
async def backend(limits):
    async with VllmBackend({}, limits) as opened:
        yield opened


class Control:
    """The demo's switches, worked from a test."""

    def __init__(self, url):
        self._client = httpx.Client(base_url=f"{url}/control", trust_env=False)

    def fail(self, contestant, fault, after=0, times=0):
        """Plan a fault for a contestant."""
        self._client.put(
            f"/{contestant.id}", json={"fault": fault, "after": after, "times": times}
        ).raise_for_status()

    def heal(self):
        """Clear every planned fault."""
        for persona in PERSONAS:
            self._client.delete(f"/{persona.id}").raise_for_status()

    def open_streams(self):
        """Count the replies that the server is writing."""
        return self._client.get("/streams").json()["open"]

    def asked(self, contestant):
        """Count the requests that a contestant has had."""
        return self._client.get("/streams").json()["asked"].get(contestant.id, 0)

    def put(self, path, body):
        """Send anything to a switch."""
        return self._client.put(path, json=body)

    def close(self):
        """Leave the server as it was found."""
        self.heal()
        self._client.close()


@pytest.fixture
def control(demo):
    opened = Control(demo.url)
    opened.heal()
    yield opened
    opened.close()


@pytest.fixture
def nothing_left(control):
    """Wait until the server has no open stream and the loop no other task; fail if that never comes."""

    async def wait():
        for _ in range(200):
            others = asyncio.all_tasks() - {asyncio.current_task()}
            if not others and not control.open_streams():
                return True
            await asyncio.sleep(0.01)
        return False

    return wait


class Scripted:
    """A backend that says what it is told: texts, pauses (numbers) and exceptions."""

    def __init__(self, scripts):
        self.scripts = scripts
        self.asked = []
        self.closed = []

    async def ask(self, endpoint, *_):
        """Answer for an endpoint."""
        self.asked.append(endpoint)
        try:
            for act in self.scripts[endpoint]:
                if isinstance(act, Exception):
                    raise act
                if isinstance(act, str):
                    yield act
                else:
                    await asyncio.sleep(act)
        finally:
            self.closed.append(endpoint)

    def reply(self, contestant, *_):
        """Answer for a contestant, by the script under its id."""
        return self.ask(contestant.id)


@pytest.fixture
def scripted():
    def make(scripts: dict[str, Sequence[object]]):
        return Scripted(scripts)

    return make
