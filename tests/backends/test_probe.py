from dataclasses import replace

import httpx
import pytest

from arena.backends.demo.faults import DemoFault
from arena.backends.probe import Check, probe
from arena.backends.vllm import VllmBackend


async def test_whole_roster_serves(roster, backend):
    """A contestant that serves has no problem in any check."""
    probes = [row for contestant in roster.contestants for row in await probe(backend, contestant)]

    assert [row.check for row in probes] == list(Check) * len(roster.contestants)
    assert {row.problem for row in probes} == {None}


async def test_every_endpoint_is_asked(contestant, backend, unused_tcp_port):
    """An endpoint that is not there is told for every check, beside one that is."""
    absent = f"http://127.0.0.1:{unused_tcp_port}"
    probes = await probe(backend, replace(contestant, endpoints=(absent, *contestant.endpoints)))
    problems = {(row.endpoint == absent, row.problem) for row in probes}

    assert problems == {(True, "unreachable: ConnectError"), (False, None)}


async def test_model_under_another_name(contestant, backend):
    """A server that serves another model is told with the names that it serves."""
    probes = await probe(backend, replace(contestant, served_model="other"))

    assert [row.problem for row in probes] == [
        None,
        "'other' is not served there; served are: gulleongsoe",
        "refused: HTTP 404",
    ]


async def test_server_that_is_well_and_does_not_answer(contestant, backend, control):
    """A server can say it is well and still not answer; only a real reply tells."""
    control.fail(contestant, DemoFault.STALL, after=2)
    probes = await probe(backend, contestant)

    assert [row.problem for row in probes] == [None, None, "stalled: no next piece within 0.6 s"]


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (httpx.Response(503), "busy: HTTP 503"),
        (httpx.Response(200, json={}), "malformed: no list of models"),
        (httpx.Response(200, json=[]), "malformed: not a JSON object"),
        (httpx.Response(200, text="{", headers={"content-type": "application/json"}), "malformed: not JSON"),
        (
            httpx.Response(200, json={"data": ["x", {}]}),
            "'gulleongsoe' is not served there; served are: None",
        ),
    ],
)
async def test_list_of_models(answer, problem, contestant):
    """Whatever comes instead of a list of models is told, never raised."""
    async with VllmBackend({}, transport=httpx.MockTransport(lambda _: answer)) as backend:
        probes = {row.check: row.problem for row in await probe(backend, contestant)}

    assert probes[Check.MODELS] == problem


async def test_server_that_is_not_well(contestant):
    """A server that says it is not well is told so."""
    transport = httpx.MockTransport(lambda _: httpx.Response(503))
    async with VllmBackend({}, transport=transport) as backend:
        probes = await probe(backend, contestant)

    assert {row.problem for row in probes} == {"busy: HTTP 503"}
