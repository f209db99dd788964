import json
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from arena.backends.demo import composing
from arena.backends.demo.launch import Demo, wanted
from arena.backends.demo.personas import PERSONAS, Style
from arena.contest.roster import Roster
from arena.errors import BadSetting

GOLDEN = Path(__file__).parents[1] / "golden" / "vllm"
ROOT = Path(__file__).parents[2]
PARENT = """
import time
from arena.backends.demo.launch import Demo
with Demo() as demo:
    print(demo.url, flush=True)
    time.sleep(60)
"""


@pytest.fixture
def ask(demo):
    with httpx.Client(base_url=demo.url, trust_env=False) as client:

        def post(persona, body, path="/v1/chat/completions"):
            return client.post(f"/{persona.id}{path}", json=body)

        yield post


@pytest.fixture(scope="session")
def answers():
    return composing.load()


def events(text):
    found = [line.removeprefix("data: ") for line in text.splitlines() if line.startswith("data: ")]
    return [json.loads(data) if data != "[DONE]" else data for data in found]


def shape(event):
    """Give the names of all fields, as deep as objects go."""
    if isinstance(event, list):
        return [shape(item) for item in event[:1]]
    return {name: shape(value) for name, value in event.items()} if isinstance(event, dict) else None


def say(content):
    return {"messages": [{"role": "user", "content": content}]}


@pytest.mark.parametrize("persona", PERSONAS, ids=lambda persona: persona.id)
def test_streams_have_the_shape_of_real_ones(persona, ask):
    """The demo sends field for field what real vLLM was recorded to send."""
    given = events(
        ask(persona, say("안녕") | {"stream": True, "stream_options": {"include_usage": True}}).text
    )
    real = events((GOLDEN / "stream-normal.txt").read_text())
    usage = events((GOLDEN / "stream-usage.txt").read_text())[-2]

    assert [shape(given[0]), shape(given[1]), shape(given[-3])] == [
        shape(real[0]),
        shape(real[1]),
        shape(real[-2]),
    ]
    assert set(given[-2]) <= set(usage)
    assert given[-1] == real[-1] == "[DONE]"


def test_whole_answer_is_the_streamed_one(ask):
    """Streamed or not, a contestant says the same."""
    persona = PERSONAS[0]
    whole = ask(persona, say("하늘은 왜 파란가요?")).json()["choices"][0]["message"]["content"]
    streamed = events(ask(persona, say("하늘은 왜 파란가요?") | {"stream": True}).text)
    pieces = [event["choices"][0]["delta"].get("content", "") for event in streamed[:-1]]

    assert "".join(pieces) == whole


def test_reply_is_cut_at_max_tokens(ask):
    """A reply that is too long ends with the reason "length"."""
    choice = ask(PERSONAS[0], say("하늘은 왜 파란가요?") | {"max_tokens": 3}).json()["choices"][0]

    assert (choice["finish_reason"], choice["message"]["content"]) == ("length", "햇빛이 공기 분자")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ([], 400),
        ({"messages": []}, 400),
        ({"messages": "x"}, 400),
        ({"messages": [{"role": "user"}]}, 400),
        ({"messages": [{"role": "user", "content": 1}]}, 400),
        (say("x") | {"max_tokens": -1}, 400),
        (say("x") | {"max_tokens": "many"}, 400),
        (say("x") | {"model": "other"}, 404),
        (say("x") | {"cache_salt": "y", "unknown": 1}, 200),
    ],
)
def test_requests_are_checked_as_vllm_does(body, status, ask):
    """A request that real vLLM refuses is refused with the same status."""
    assert ask(PERSONAS[0], body).status_code == status


def test_unknown_paths(demo):
    """A contestant that the demo does not have is not found."""
    assert httpx.get(f"{demo.url}/nobody/health", trust_env=False).status_code == 404


def test_control_refuses_what_it_does_not_know(control):
    """A mistake in a test's fault is told, not ignored."""
    answers = [
        control.put("/gulleongsoe", {"fault": "unknown"}),
        control.put("/gulleongsoe", {}),
        control.put("/gulleongsoe", {"fault": "leak", "way": "unknown"}),
        control.put("/gulleongsoe", {"fault": "leak", "way": 1}),
        control.put("/nobody", {"fault": "cut"}),
        control.put("/speed", {"factor": 0}),
        control.put("/speed", {"factor": "x"}),
    ]

    assert {answer.status_code for answer in answers} == {422}


def test_faults_end_after_their_times(contestant, control, ask):
    """A fault planned for two requests is over at the third."""
    control.fail(contestant, "error_500", times=2)
    statuses = [ask(PERSONAS[0], say("안녕")).status_code for _ in range(3)]

    assert statuses == [500, 500, 200]


def test_speed_can_be_changed(control):
    """Time in the demo can run faster."""
    assert control.put("/speed", {"factor": 50}).json() == {"factor": 50.0}


def test_control_is_closed_unless_asked_for():
    """Nobody can make the contestants of a public demo fail."""
    with Demo() as closed:
        answer = httpx.put(f"{closed.url}/control/speed", json={"factor": 2}, trust_env=False)

    assert answer.status_code == 404


def test_answers_are_complete(answers):
    """Every known question has every part that any style needs."""
    parts = {part for names in composing.PARTS.values() for part in names}

    assert all(parts <= set(answer) for answer in answers.known.values())


@pytest.mark.parametrize(
    "question",
    ["하늘은 왜 파란가요?", "안녕하세요", "너는 누구니?", "우리 동네 맛집은?", "Hello!", "Who are you?"],
)
def test_every_contestant_answers(question, answers):
    """Every contestant has its own words for every kind of question, and always the same ones."""
    replies = [composing.reply(answers, persona, [question]) for persona in PERSONAS]
    again = [composing.reply(answers, persona, [question]) for persona in PERSONAS]

    assert replies == again
    assert len(set(replies)) == len(PERSONAS)
    assert not any(mark in reply for reply in replies for mark in ("{topic}", "{name}", "{team}"))


def test_better_styles_say_more(answers):
    """The best contestant says all that the good one says, and more; the weak one says least."""
    said = {persona.style: composing.reply(answers, persona, ["하늘은 왜 파란가요?"]) for persona in PERSONAS}

    assert said[Style.BEST].startswith(said[Style.GOOD])
    assert min(said.values(), key=len) == said[Style.WEAK]


@pytest.mark.parametrize("typed", ["하늘은 왜 파란가요?", "하늘은왜 파란가요", "  하늘은 왜\n파란가요 ?!"])
def test_question_is_known_however_it_is_typed(typed, answers):
    """Spaces and punctuation do not make another question."""
    assert composing.reply(answers, PERSONAS[4], [typed]).startswith("하늘이 파란 것은")


@pytest.mark.parametrize(
    ("question", "korean"),
    [
        ("How do I fix my bicycle?", False),
        ("자전거 고치는 법", True),
        ("Python에서 list를 정렬하려면 어떻게 하나요?", True),
        ("1+1", True),
    ],
)
def test_language_of_the_reply(question, korean, answers):
    """A contestant answers English in English and everything else in Korean."""
    reply = composing.reply(answers, PERSONAS[1], [question]).replace(question, "")
    hangul = sum("가" <= char <= "힣" for char in reply)

    assert (hangul > len(reply) / 4) == korean


def test_follow_up_is_answered_as_one(answers):
    """Asking on is not taken for a new question."""
    first = composing.reply(answers, PERSONAS[0], ["더 자세히 알려 주세요"])

    assert composing.reply(answers, PERSONAS[0], ["하늘은 왜 파란가요?", "더 자세히 알려 주세요"]) != first


def test_demo_addresses_are_resolved(declared, demo):
    """A demo address becomes one that can be asked; any other stays."""
    real = replace(declared.contestants[0], endpoints=("https://team.example/vllm",))
    resolved = demo.resolved(Roster((declared.contestants[1], real)))

    assert resolved.contestants[0].endpoints == (f"{demo.url}/beodeulchi",)
    assert resolved.contestants[1] == real
    assert wanted(declared)
    assert not wanted(Roster((real,)))


def test_port_that_is_taken(capfd):
    """A demo that cannot listen says so, and on which port."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(BadSetting, match="did not start"), Demo(port=port):
            pass

    assert f"cannot listen on 127.0.0.1:{port}" in capfd.readouterr().err


def test_demo_ends_when_it_is_stopped():
    """A demo that was stopped has no process, and stopping again does nothing."""
    with Demo() as running:
        assert running.pid > 0
        running.stop()
        running.stop()
        with pytest.raises(BadSetting):
            _ = running.pid


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_demo_does_not_outlive_its_parent(how):
    """However the arena's process ends, the demo ends with it."""
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as parent:
        url = parent.stdout.readline().strip()
        served = httpx.get(f"{url}/gulleongsoe/health", trust_env=False).status_code
        parent.send_signal(how)
    gone = False
    for _ in range(100):
        try:
            httpx.get(f"{url}/gulleongsoe/health", trust_env=False)
        except httpx.TransportError:
            gone = True
            break

    assert served == 200
    assert gone


def test_demo_ends_on_a_signal():
    """A demo that is told to end does so, also with a reply under way."""
    with Demo(speed=0.01) as running:
        with httpx.Client(trust_env=False) as client:
            url = f"{running.url}/gulleongsoe/v1/chat/completions"
            with client.stream("POST", url, json=say("안녕") | {"stream": True}) as answer:
                running.stop()

    assert answer.status_code == 200


def test_killed_server_comes_back():
    """A demo server that is killed is replaced on the same address, so that the arena goes on."""
    with Demo(speed=50.0, keep=True) as running:
        url, first = running.url, running.pid
        os.kill(first, signal.SIGKILL)
        back = False
        for _ in range(200):
            try:
                back = httpx.get(f"{url}/{PERSONAS[0].id}/health", timeout=1).status_code == 200
            except httpx.HTTPError:
                time.sleep(0.1)
            if back and running.pid != first:
                break

        assert back
        assert (running.url, running.pid != first) == (url, True)
