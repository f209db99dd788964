import json
import re
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.backends.wire import ReplyReader, fault_of, request_body
from arena.contest.rules import Decoding
from arena.errors import BackendError, Fault

GOLDEN = Path(__file__).parents[1] / "golden" / "vllm"
DONE = b"data: [DONE]\n\n"


def body(name):
    """Give the body of a recorded answer, without its HTTP headers."""
    recorded = (GOLDEN / f"{name}.txt").read_bytes()
    return recorded.partition(b"\r\n\r\n")[2] if recorded.startswith(b"HTTP/") else recorded


def read(stream, size=100_000, reply_limit=10_000):
    reader, shown = ReplyReader(1 << 20, reply_limit), []
    for at in range(0, len(stream), size):
        shown.append(reader.feed(stream[at : at + size]))
        if reader.over:
            break
    try:
        reader.close()
    except BackendError as error:
        return "".join(shown), error.fault
    return "".join(shown), None


def event(delta, reason=None):
    return f"data: {json.dumps({'choices': [{'delta': delta, 'finish_reason': reason}]})}\n\n".encode()


@pytest.mark.parametrize(
    ("name", "beginning", "fault"),
    [
        ("stream-normal", "The capital of South Korea is Seoul.", None),
        ("stream-usage", "Hello there! I'm here to help with any kind of", None),
        ("stream-continuous-usage", "Hello there! I'm here to help with any kind of", None),
        ("stream-korean-gemma-base", "서울특별시,", Fault.CUT),
        ("stream-engine-died", "your story\n\nAs", Fault.FAILED),
        ("stream-server-killed", "Last Wednesday, I had", Fault.CUT),
        ("stream-admission-rejected", "", Fault.BUSY),
    ],
)
@pytest.mark.parametrize("size", [1, 7, 4096, 100_000])
def test_recorded_streams(name, beginning, fault, size):
    """What real vLLM was recorded to send is read rightly, however it is cut."""
    text, found = read(body(name), size)

    assert text.startswith(beginning)
    assert found is fault


@pytest.mark.parametrize("name", ["stream-normal", "stream-usage", "stream-engine-died"])
def test_nothing_but_text_goes_on(name):
    """Ids, model names, fingerprints and error texts of a server never reach a citizen."""
    text, _ = read(body(name))

    assert not re.search(r"chatcmpl|smol|x1|vllm|EngineCore|token", text)


def test_an_emoji_in_halves():
    """An emoji that a server cuts in halves comes whole, and a half of one alone voids no battle."""
    halves = event({"content": "\ud83d"}) + event({"content": "\ude00"}) + event({}, "stop")
    half = event({"content": "굵\ud83d"}) + event({}, "stop")

    assert [read(halves), read(half)] == [("😀", None), ("굵", None)]


def test_recorded_refusals():
    """Every recorded answer that is not 200 is a refusal."""
    statuses = re.findall(rb"^HTTP/1.1 (\d+)", (GOLDEN / "errors.txt").read_bytes(), re.MULTILINE)
    refused = {int(status) for status in statuses} - {200}

    assert {fault_of(status) for status in refused} == {Fault.REFUSED}


@pytest.mark.parametrize(
    ("status", "fault"),
    [
        (301, Fault.REFUSED),
        (400, Fault.REFUSED),
        (401, Fault.REFUSED),
        (403, Fault.REFUSED),
        (404, Fault.REFUSED),
        (429, Fault.BUSY),
        (500, Fault.FAILED),
        (502, Fault.FAILED),
        (503, Fault.BUSY),
    ],
)
def test_statuses(status, fault):
    """Each HTTP status means one fault."""
    assert fault_of(status) is fault


@pytest.mark.parametrize(
    ("stream", "text", "fault"),
    [
        (event({"content": "가"}) + event({}, "stop") + DONE, "가", None),
        (event({"content": "가"}, "length") + DONE, "가", None),
        (event({"content": "가"}, "stop"), "가", None),
        (event({"content": "가"}) + DONE, "가", Fault.CUT),
        (event({"content": "가"}), "가", Fault.CUT),
        (b"", "", Fault.CUT),
        (DONE, "", Fault.CUT),
        (event({"content": " \n"}, "stop") + DONE, "", Fault.EMPTY),
        (event({"reasoning": "음"}) + event({}, "stop") + DONE, "", Fault.EMPTY),
        (event({"content": "<think>음</think>"}, "stop") + DONE, "", Fault.EMPTY),
        (event({"reasoning": "음", "content": "답"}, "stop") + DONE, "답", None),
        (event({"content": "끝 <th"}) + event({}, "stop") + DONE, "끝 <th", None),
        (event({"content": "가"}, "abort") + DONE, "", Fault.FAILED),
        (event({"content": "가"}, ["stop"]) + DONE, "", Fault.FAILED),
        (event({"content": "가"}, "stop") + event({"content": "나"}) + DONE, "가", Fault.MALFORMED),
        (event({"content": "가"}, "stop") + b'data: {"error": {"code": 500}}\n\n', "가", Fault.FAILED),
        (b'data: {"error": "busy"}\n\n', "", Fault.FAILED),
        (b'data: {"error": {"code": 404}}\n\n', "", Fault.REFUSED),
        (b'data: {"error": {"code": 503}}\n\n', "", Fault.BUSY),
        (b"data: {\n\n", "", Fault.MALFORMED),
        (b"data: []\n\n", "", Fault.MALFORMED),
        (b"data: " + b"[" * 100_000 + b"\n\n", "", Fault.MALFORMED),
        (b"data: {}\n\n", "", Fault.MALFORMED),
        (b'data: {"choices": [1]}\n\n', "", Fault.MALFORMED),
        (b'data: {"choices": [{"delta": [1]}]}\n\n', "", Fault.MALFORMED),
        (event({"content": ["가"]}), "", Fault.MALFORMED),
        (event({"content": "가" * 10_001}), "", Fault.ENDLESS),
        (event({"reasoning": "음" * 10_001}), "", Fault.ENDLESS),
    ],
)
def test_judgement(stream, text, fault):
    """A reply is whole with a finish_reason, visible text and no error; every other end has its fault."""
    assert read(stream) == (text, fault)


@given(st.binary(max_size=200))
def test_any_bytes_end_in_a_fault(stream):
    """No bytes whatever make the reader fail in another way."""
    _, fault = read(b"data: " + stream, size=10)

    assert fault in Fault


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=3), st.lists, max_leaves=4))
def test_any_json_ends_in_a_fault(value):
    """No JSON whatever in the place of a delta makes the reader fail in another way."""
    stream = b"".join(
        f"data: {json.dumps(given)}\n\n".encode()
        for given in (
            {"choices": [{"delta": {"content": value}, "finish_reason": value}]},
            {"choices": [{"delta": value}]},
            {"choices": value},
            {"error": value},
        )
    )
    _, fault = read(stream)

    assert fault in Fault


def test_request_holds_what_is_allowed():
    """A team gets the messages and the decoding of the rules, and nothing that tells who asks."""
    said = [{"role": "user", "content": "안녕", "name": "citizen-7"}]
    sent = request_body("served", said, Decoding(Decimal("0.7"), Decimal("0.9"), 100), "salt")

    assert sent == {
        "model": "served",
        "messages": [{"role": "user", "content": "안녕"}],
        "stream": True,
        "temperature": 0.7,
        "top_p": 0.9,
        "max_tokens": 100,
        "cache_salt": "salt",
    }
