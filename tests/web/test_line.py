"""The line over HTTP: more citizens than slots, each with a number, none forgotten."""

import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from arena.service.queue import ASK_AGAIN, LATE
from arena.store import record
from tests.web.conftest import consent
from tests.web.test_api import events, opened

QUESTION = {"prompt": "하늘은 왜 파란가요?"}


@pytest.fixture
def most():
    """One slot."""
    return 1


@pytest.fixture
def crowd(served):
    """Citizens as many as wanted, each in a browser of her own."""
    clients = []

    def come(count):
        for _ in range(count):
            clients.append(httpx.Client(base_url=served.url, headers={"accept-language": "en"}))
            consent(clients[-1])
        return clients[-count:]

    yield come
    for client in clients:
        client.close()


@pytest.fixture
def busy(served, crowd):
    """Somebody whose battle takes the only slot; calling it lets her replies end."""
    served.backend.gate.clear()
    (somebody,) = crowd(1)
    battle = opened(somebody)

    in_loop = served.api.state.loop.call_soon_threadsafe

    def end():
        in_loop(served.backend.gate.set)
        events(somebody, battle)
        in_loop(served.backend.gate.clear)
        return somebody, battle

    yield end
    in_loop(served.backend.gate.set)


def asked(client, path="/api/battles"):
    return client.post(path, json=QUESTION)


def place(answer):
    assert answer.status_code == 202, answer.text
    return answer.json()["waiting"]["place"]


def test_a_number_for_everybody(busy, crowd):
    """Where all slots are taken, each citizen gets her place, a guess, and when to ask again."""
    first, second = crowd(2)
    answers = [asked(first), asked(second), asked(first)]

    assert [place(answer) for answer in answers] == [1, 2, 1]
    said = answers[0].json()["waiting"]
    assert said == {"place": 1, "seconds": said["seconds"], "ask_again_seconds": ASK_AGAIN}
    assert said["seconds"] >= 1
    assert 1 <= int(answers[0].headers["retry-after"]) <= LATE


def test_nothing_is_kept_of_who_waits(busy, crowd, served):
    """Of a citizen who waits nothing is on record, neither her question nor a battle."""
    (citizen,) = crowd(1)
    before = entries(served)
    place(asked(citizen))

    assert citizen.get("/api/me").json()["battle"] is None
    assert entries(served) == before


def entries(served):
    """Count what is on the ledger."""
    with served.arena.store.reading() as connection:
        return len(list(record.lines(connection)))


def test_the_slot_is_hers(busy, crowd):
    """A slot that falls free goes to the first in line, when she asks again, and to nobody before."""
    first, second = crowd(2)
    place(asked(first))
    place(asked(second))
    busy()

    assert place(asked(second)) == 1
    assert asked(first).status_code == 201
    assert place(asked(second)) == 1


def test_asking_on_comes_first(busy, crowd):
    """A second question comes before the new battles that wait already."""
    first, *_ = crowd(1)
    somebody, battle = busy()
    (other,) = crowd(1)
    opened(other)
    assert place(asked(first)) == 1

    assert place(asked(somebody, f"/api/battles/{battle}/turns")) == 1
    assert place(asked(first)) == 2


def test_giving_up(busy, crowd):
    """Who gives her place up lets the others move on at once."""
    first, second = crowd(2)
    place(asked(first))
    place(asked(second))

    assert first.delete("/api/waiting").status_code == 204
    assert place(asked(second)) == 1


def test_beyond_the_line(busy, crowd):
    """When even the line is full, the next is told kindly what to do, and who waits keeps her place."""
    *waiting, late = crowd(4)
    for number, client in enumerate(waiting, start=1):
        assert place(asked(client)) == number
    answer = asked(late)

    assert (answer.status_code, answer.json()["error"]) == (503, "too_busy")
    assert "again" in answer.json()["message"]
    assert int(answer.headers["retry-after"]) >= 1
    assert place(asked(waiting[0])) == 1


def test_nobody_waits_in_vain(busy, crowd, browser):
    """What would be refused is refused before anybody waits for it."""
    somebody, battle = busy()
    (other,) = crowd(1)
    opened(other)
    (citizen,) = crowd(1)

    assert citizen.post("/api/battles", json={"prompt": " "}).json()["error"] == "bad_prompt"
    assert citizen.post("/api/battles", json={**QUESTION, "category": "x"}).json()["error"] == "bad_request"
    assert asked(browser).json()["error"] == "consent_needed"
    assert asked(somebody).json() | {"message": ""} == {
        "error": "battle_running",
        "message": "",
        "battle": battle,
    }
    assert asked(citizen, f"/api/battles/{battle}/turns").status_code == 404


def test_a_line_tells_nothing_of_contestants(busy, crowd, served):
    """Nothing in the answer of the line differs by who plays, or names anybody."""
    (citizen,) = crowd(1)
    answer = asked(citizen)
    text = (answer.text + str(answer.headers)).lower()

    assert [name for name in served.arena.contest.roster.names if name.lower() in text] == []


def test_everybody_is_answered(served, crowd):
    """However many ask at once, each gets a battle in the end, and no two hold the slot together."""
    seen = []

    def one(client):
        for _ in range(400):
            answer = asked(client)
            seen.append(served.api.state.answering.under_way)
            if answer.status_code == 201:
                return events(client, answer.json()["battle"])[-1][0]
            time.sleep(0.01)
        return "never"

    with ThreadPoolExecutor(4) as threads:
        endings = list(threads.map(one, crowd(4)))

    assert endings == ["open"] * 4
    assert max(seen) <= 1


def test_the_contract_is_documented(served, browser):
    """The API's description names the answer of the line, and how long a place is kept."""
    described = browser.get("/openapi.json").json()
    for path in ("/api/battles", "/api/battles/{battle_id}/turns"):
        answer = described["paths"][path]["post"]["responses"]["202"]
        assert "Retry-After" in answer["headers"]
        assert answer["content"]["application/json"]["schema"]["$ref"].endswith("/WaitingShown")

    assert set(described["components"]["schemas"]["InLine"]["properties"]) == {
        "place",
        "seconds",
        "ask_again_seconds",
    }


def test_the_operator_sees_the_line(busy, crowd, browser):
    """How many wait is among the figures for machines."""
    (citizen,) = crowd(1)
    place(asked(citizen))

    assert "arena_waiting 1\n" in browser.get("/metrics").text
