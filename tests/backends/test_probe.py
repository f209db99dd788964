from base64 import b64decode
from dataclasses import replace

import httpx
import pytest

from arena.backends.demo.faults import DemoFault
from arena.backends.probe import PICTURE_SHOWN, Check, probe
from arena.backends.vllm import VllmBackend
from arena.contest.picture import KEPT_TYPE, check_file, header
from arena.pictures.cleaning import cleaned


async def test_whole_roster_serves(roster, backend):
    """A contestant that serves has no problem in any check."""
    probes = [row for contestant in roster.contestants for row in await probe(backend, contestant)]

    wanted = [
        check for one in roster.contestants for check in Check if one.images or check is not Check.PICTURE
    ]
    assert [row.check for row in probes] == wanted
    assert {row.problem for row in probes} == {None}


async def test_every_endpoint_is_asked(contestant, backend, unused_tcp_port):
    """An endpoint that is not there is told for every check, beside one that is."""
    absent = f"http://127.0.0.1:{unused_tcp_port}"
    probes = await probe(backend, replace(contestant, endpoints=(absent, *contestant.endpoints)))
    problems = {(row.endpoint == absent, row.problem) for row in probes}

    assert problems == {(True, "unreachable: ConnectError"), (False, None)}


async def test_pictures_that_a_server_refuses(roster, backend):
    """Whoever is declared to take pictures is asked about one, as in a battle, and told if it cannot."""
    blind = next(one for one in roster.contestants if not one.images)
    probes = await probe(backend, replace(blind, images=True))

    assert {row.check: row.problem for row in probes} == {
        **dict.fromkeys(Check),
        Check.PICTURE: "refused: HTTP 400",
    }


def test_the_picture_of_a_probe():
    """The picture that contestants are asked about is one that citizens could send, as it would be kept."""
    content = b64decode(PICTURE_SHOWN.partition(",")[2])
    made, kept = cleaned(content)

    assert PICTURE_SHOWN.startswith(f"data:{KEPT_TYPE};base64,")
    assert check_file(content) == kept == header(made)


async def test_model_under_another_name(contestant, backend):
    """A server that serves another model is told with the names that it serves."""
    probes = await probe(backend, replace(contestant, served_model="other"))

    assert [row.problem for row in probes] == [
        None,
        "'other' is not served there; served are: gulleongsoe",
        "refused: HTTP 404",
        "refused: HTTP 404",
    ]


async def test_server_that_is_well_and_does_not_answer(contestant, backend, control):
    """A server can say it is well and still not answer; only a real reply tells."""
    control.fail(contestant, DemoFault.STALL, after=2)
    probes = await probe(backend, contestant)

    stalled = "stalled: no next piece within 0.6 s"
    assert [row.problem for row in probes][:3] == [None, None, stalled]


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
