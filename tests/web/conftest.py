"""The API served over real HTTP on loopback, with contestants that answer by script."""

import asyncio
import socket
import threading
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from types import SimpleNamespace

import httpx
import pytest
import uvicorn

from arena.pictures.cleaning import cleaned
from arena.service.answering import Answering
from arena.service.log_keys import LogKeys
from arena.service.notary import Notary
from arena.service.pictures import Pictures
from arena.service.public import Public
from arena.service.public_log import PublicLog
from arena.web import application
from tests.fakes import Brisk, ScriptedBackend


@pytest.fixture
def database_url(tmp_path) -> str:
    """The API's tests need one database; the service's run on both."""
    return f"sqlite:///{tmp_path}/arena.db"


@pytest.fixture
def most() -> int:
    """Battles answered at once; tests of the line set their own."""
    return 50


@pytest.fixture
def served(arena, most) -> Iterator[SimpleNamespace]:
    """A running API: its `url`, its `backend`, its `notary`, and the arena behind it."""
    backend = ScriptedBackend()
    tempo = Brisk(arena.contest.roster.ids)
    answering = Answering(arena.citizens, backend, arena.contest, grace=30, most=most, waiting=3, tempo=tempo)

    @asynccontextmanager
    async def life() -> AsyncGenerator[None, None]:
        api.state.loop = asyncio.get_running_loop()
        yield

    public = Public(arena.store, arena.round, arena.clock)
    keys = LogKeys(arena.store, arena.secrets, "log.example", arena.clock, arena.chance)
    keys.in_force(make=True)
    notary = Notary(arena.store, keys, arena.clock)
    public_log = PublicLog(arena.store, keys.origin, arena.contest.rules.witnesses, arena.clock)
    pictures = Pictures(arena.store, arena.round, cleaned, arena.clock, arena.chance)
    api = application.create(
        arena.citizens, answering, public, notary, public_log, pictures, https=False, life=life
    )
    config = uvicorn.Config(api, log_level="error", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen()  # a request before the server has started waits instead of being refused
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listening])))
    thread.start()
    yield SimpleNamespace(
        url=f"http://127.0.0.1:{listening.getsockname()[1]}",
        backend=backend,
        arena=arena,
        api=api,
        notary=notary,
        keys=keys,
    )
    server.should_exit = True
    thread.join(10)
    listening.close()


@pytest.fixture
def browser(served) -> Iterator[httpx.Client]:
    """A browser that has not consented yet."""
    with httpx.Client(base_url=served.url, headers={"accept-language": "ko-KR,ko;q=0.9"}) as client:
        yield client


@pytest.fixture
def citizen(served, browser) -> httpx.Client:
    """A browser whose citizen has consented."""
    consent(browser)
    return browser


def consent(client):
    """Consent to the current notice."""
    version = client.get("/api/round").json()["consent"]
    client.post("/api/me", json={"consent": version}).raise_for_status()
