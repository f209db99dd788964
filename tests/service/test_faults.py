"""Every fault of a real server, seen through the whole arena: one face, a void, nothing left over."""

import asyncio
import json
from dataclasses import replace
from functools import partial

import httpx
import pytest

from arena.backends.demo.faults import DemoFault
from arena.backends.demo.launch import Demo
from arena.backends.pool import Pool
from arena.backends.vllm import Limits, VllmBackend
from arena.contest.battle import Side, Stage
from arena.contest.pairing import seats
from arena.contest.rules import Track
from arena.errors import Fault
from arena.service.answering import Answering, Ending
from arena.store import record

HARMLESS = {DemoFault.CRUMBS, DemoFault.LEAK}
FAULTS = [fault for fault in DemoFault if fault not in HARMLESS]
AFTER = {DemoFault.EMPTY: 0, DemoFault.REASON_ONLY: 0}
"""A reply that has begun is not empty."""
SHORT = Limits(connect=2.0, first=0.8, gap=0.5, whole=10.0, reply=20_000)


@pytest.fixture
def database_url(tmp_path):
    """Faults are the same on every database."""
    return f"sqlite:///{tmp_path}/arena.db"


@pytest.fixture(scope="module")
def demo():
    """The embedded demo, which fails on purpose."""
    with Demo(controls=True, speed=50.0) as running:
        yield running


@pytest.mark.parametrize("fault", FAULTS)
async def test_one_face_for_every_fault(arena, voter, demo, fault):
    """Whatever fails on whichever side looks the same, is on the ledger, and leaves nothing over."""
    heard, recorded = [], []
    contest = replace(arena.contest, roster=demo.resolved(arena.contest.roster))
    async with VllmBackend({}, SHORT) as backend, httpx.AsyncClient(base_url=demo.url) as control:
        answering = Answering(arena.citizens, Pool(backend, rest=0.0), contest, grace=5, most=10)
        for number, side in enumerate(Side, start=1):
            seated = seats(arena.round.seed, Track.OPEN, number, contest.roster.ids)
            await control.put(
                f"/control/{seated[side]}", json={"fault": fault, "after": AFTER.get(fault, 3), "times": 0}
            )
            battle_id = arena.citizens.new_battle_id()
            opening = partial(arena.citizens.open_battle, battle_id, voter, "하늘은 왜?", "general", "ko")
            await answering.ask(battle_id, opening)
            endings = [item async for item in answering.watch(battle_id, voter) if isinstance(item, Ending)]
            heard.append([(ending.stage, ending.reason) for ending in endings])
            with arena.store.reading() as connection:
                *_, last = record.lines(connection)
            recorded.append(json.loads(last.payload))
            await control.delete(f"/control/{seated[side]}")
        for _ in range(100):
            if not (await control.get("/control/streams")).json()["open"]:
                break
            await asyncio.sleep(0.02)
        left = (await control.get("/control/streams")).json()["open"]

    assert heard[0] == heard[1] == [(Stage.VOID, "reply_failed")]
    assert [one["side"] for one in recorded] == ["a", "b"]
    assert recorded[0]["fault"] == recorded[1]["fault"]
    assert recorded[0]["fault"] in set(Fault)
    assert left == 0
    assert len(asyncio.all_tasks()) == 1
