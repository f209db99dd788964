"""The arena before real vLLM. Tests that end a server stand last: to start one takes half a minute."""

import asyncio
import json
import os
import sqlite3
import time
from contextlib import closing
from decimal import Decimal

import pytest

from arena.backends.vllm import VllmBackend
from arena.contest.rules import Decoding
from arena.errors import BackendError, Fault
from tests.vllm.citizen import Citizen

STORY = "Write a very long story about a river, in many chapters."
LONG = Decoding(temperature=Decimal(0), top_p=Decimal(1), max_tokens=100)
RUNNING = "vllm:num_requests_running"
TRACES = (
    *(b"chatcmpl", b"vllm", b"uvicorn", b"fingerprint", b"finish_reason", b"stop_reason", b"prompt_tok"),
    *(b"token_ids", b"logprobs", b"usage", b"-xq", b"soban", b"jagal", b"127.0.0.1", b"context length"),
)
"""What vLLM says beside its text, and the names that the roster has for its contestants."""


@pytest.fixture
def citizen(arena, well):
    """A citizen who has consented."""
    with Citizen(arena.url) as one:
        yield one


def recorded(arena, kind):
    """Give the payloads of all entries of a kind on the arena's record."""
    query = "SELECT entry, payload FROM ledger JOIN openings USING (sequence) ORDER BY sequence"
    with closing(sqlite3.connect(arena.folder / "arena.db")) as database:
        rows = [(json.loads(entry), json.loads(payload)) for entry, payload in database.execute(query)]
    return [payload for entry, payload in rows if entry["type"] == kind]


def begun(citizen, battle):
    """Follow a battle until text has come, and leave."""
    for name, _ in citizen.events(battle):
        if name == "delta":
            return
    raise AssertionError("no text has come")


def becomes(tell, wanted, seconds):
    """Tell whether something becomes what is wanted in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if tell() == wanted:
            return True
        time.sleep(0.1)
    return False


async def ask(backend, contestant, prompt, decoding=LONG):
    """Ask a contestant itself: its text, or its fault."""
    messages = [{"role": "user", "content": prompt}]
    try:
        pieces = [piece async for piece in backend.reply(contestant, messages, decoding)]
    except BackendError as error:
        return error.fault
    return "".join(pieces)


def test_battle(citizen):
    """A citizen gets two answers of real models, votes, and her vote is on record."""
    battle = citizen.open_battle("What is the capital of South Korea?")
    ended, *texts = citizen.follow(battle)

    receipt = citizen.ask("PUT", f"/api/battles/{battle}/vote", {"verdict": "a"})

    assert ended == "open"
    assert all(text.strip() for text in texts)
    assert receipt["verdict"] == "a"


def test_second_turn(citizen, teams):
    """A second prompt is answered by models that were told of the first."""
    told = teams.servers["soban"]
    before = told.metric("vllm:prompt_tokens_total")
    battle = citizen.open_battle("Name a colour.")
    citizen.follow(battle)
    between = told.metric("vllm:prompt_tokens_total")

    citizen.ask("POST", f"/api/battles/{battle}/turns", {"prompt": "Name a colour."})
    ended, *texts = citizen.follow(battle)

    assert ended == "open"
    assert all(text.strip() for text in texts)
    assert told.metric("vllm:prompt_tokens_total") - between > between - before


def test_prompt_too_long(citizen, arena):
    """A prompt that the models have no room for voids the battle as any fault does, and is on record."""
    ended = citizen.follow(battle := citizen.open_battle("a b c d " * 990))

    shown = citizen.battle(battle)
    assert ended == ("void", "", "")
    assert shown["void_reason"] == "reply_failed"
    assert recorded(arena, "BattleVoided")[-1]["fault"] == Fault.REFUSED


def test_nothing_of_vllm_at_the_browser(citizen):
    """Whole battles, one of them failing, bring the browser nothing that vLLM says beside its text."""
    for prompt in ("Which colour has the sky?", "a b c d " * 990):
        battle = citizen.open_battle(prompt)
        if citizen.follow(battle)[0] == "open":
            citizen.ask("PUT", f"/api/battles/{battle}/vote", {"verdict": "tie"})
        citizen.battle(battle)

    heard = b"\n".join(citizen.heard).lower()
    assert [trace for trace in TRACES if trace in heard] == []


@pytest.mark.parametrize("leave", ["erases herself", "goes away"])
def test_abort(citizen, teams, leave):
    """When nobody waits for an answer any more, the models stop writing it."""
    slow = teams.servers["soban"]
    battle = citizen.open_battle(STORY)
    begun(citizen, battle)
    written = slow.metric("vllm:generation_tokens_total")
    if leave == "erases herself":
        citizen.ask("DELETE", "/api/me")

    freed = becomes(lambda: [one.metric(RUNNING) for one in teams.servers.values()], [0, 0], 5)

    assert freed
    assert slow.metric("vllm:generation_tokens_total") - written < 300


async def test_crowd(well):
    """A server whose queue is full says that it is busy, and answers whom it took."""
    crowded = well.contestants["soban"]
    async with VllmBackend(os.environ) as backend:
        heard = await asyncio.gather(*(ask(backend, crowded, f"{STORY} {number}") for number in range(8)))

    busy = [one for one in heard if one is Fault.BUSY]
    whole = [one for one in heard if one not in list(Fault)]
    assert busy
    assert len(whole) >= 2
    assert len(busy) + len(whole) == len(heard)


def test_engine_killed(citizen, teams, arena):
    """An engine that dies while it answers voids that battle alone; when it is back, all goes on."""
    battle = citizen.open_battle(STORY)
    following = citizen.events(battle)
    assert next(name for name, _ in following) == "delta"
    teams.servers["soban"].kill_engine()

    ended = [name for name, _ in following][-1]

    void = recorded(arena, "BattleVoided")[-1]
    assert ended == "void"
    assert citizen.battle(battle)["void_reason"] == "reply_failed"
    assert void["fault"] in {Fault.FAILED, Fault.CUT}
    teams.revive()
    assert becomes(lambda: citizen.follow(citizen.open_battle("What is rain?"))[0], "open", 40)


async def test_drain(well):
    """A server that is asked to end finishes what it is answering, and takes nothing new."""
    server, leaving = well.servers["soban"], well.contestants["soban"]
    async with VllmBackend(os.environ) as backend:
        last = asyncio.create_task(ask(backend, leaving, STORY))
        assert await asyncio.to_thread(becomes, lambda: server.metric(RUNNING), 1, 20)
        server.ask_to_end()
        await asyncio.sleep(1)
        refused = await ask(backend, leaving, "What is rain?")
        finished = await last

    assert finished not in list(Fault)
    assert refused in {Fault.FAILED, Fault.UNREACHABLE, Fault.CUT}
    assert await asyncio.to_thread(becomes, lambda: server.process.poll() is not None, True, 40)
