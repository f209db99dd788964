import asyncio
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.responses import Response

from arena.errors import BadRequest, TooBusy
from arena.web import guard
from arena.web.guard import LARGEST_BODY, BodyLimit

ACCEPTED = [
    ("", "ko"),
    ("en", "en"),
    ("ko", "ko"),
    ("en-US,en;q=0.9", "en"),
    ("en-GB, ko;q=0.9", "en"),
    ("ko-KR,ko;q=0.9,en-US;q=0.8,en;q=0.7", "ko"),
    ("fr-FR, en;q=0.3", "en"),
    ("fr", "ko"),
    ("*", "ko"),
    ("fr, *;q=0.5", "ko"),
    ("en;q=0.2, *;q=0.5", "ko"),
    ("ko;q=0.2, *;q=0.5", "en"),
    ("ko;q=0, *", "en"),
    ("EN-us", "en"),
    ("en ; q=0.5, ko;q=0.4", "en"),
    ("en;Q=0.5", "en"),
    ("\ten;\tq=1.000 ,ko;q=0.999", "en"),
    ("ko;q=0.5,en;q=0.500", "ko"),
    ("en;q=0", "ko"),
    ("en;q=0.001", "en"),
    ("en;q=1.", "en"),
    # what no browser sends
    ("en;q=nan", "ko"),
    ("ko;q=nan, en;q=0.1", "en"),
    ("en;q=inf", "ko"),
    ("en;q=2", "ko"),
    ("en;q=-1", "ko"),
    ("en;q=1e-1", "ko"),
    ("en;q=0.1234", "ko"),
    ("en;q=١", "ko"),
    ("en;q=", "ko"),
    ("en;level=1", "ko"),
    ("en;;q=1", "ko"),
    ("english", "ko"),
    (",,;,;;=", "ko"),
    ("\x00en", "ko"),
    ("x," * 5_000 + "en", "ko"),
]


@pytest.mark.parametrize(("accepted", "chosen"), ACCEPTED)
def test_the_browser_says_the_language(accepted, chosen):
    """The page speaks the language that the browser weighs most, and Korean where it names neither."""
    assert guard.language({}, accepted) == chosen


@given(
    st.text()
    | st.lists(st.sampled_from(["en", "ko", "*", "-", ",", ";", "q=", "0.5", "1", " "])).map("".join)
)
def test_any_header_gives_a_language(accepted):
    """Whatever a browser sends, the page speaks one of its languages."""
    assert guard.language({}, accepted) in guard.LANGUAGES


@pytest.mark.parametrize(
    ("cookie", "chosen"), [("en", "en"), ("ko", "ko"), ("fr", "en"), ("", "en"), ("EN", "en")]
)
def test_the_switch_goes_before_the_browser(cookie, chosen):
    """Who has switched the language keeps it; a cookie that holds no language is ignored."""
    assert guard.language({"lang": cookie}, "en") == chosen


def test_the_token_is_a_cookie():
    """A citizen is known by the cookie that she was given, and by nothing else."""
    assert guard.token({"arena_citizen": "t", "other": "x"}) == "t"
    assert guard.token({"other": "x"}) is None


@pytest.mark.parametrize("https", [True, False])
def test_the_cookie_is_hers_alone(https):
    """No script can read the token and no other site can send it; over https it stays encrypted."""
    response = Response()
    guard.hand_over(response, "token", https=https)
    parts = {part.strip().lower() for part in response.headers["set-cookie"].split(";")}

    assert {"arena_citizen=token", "httponly", "samesite=lax", "path=/", "max-age=31536000"} <= parts
    assert ("secure" in parts) == https


class Reader:
    """An application that reads a whole body and answers; it keeps what it saw."""

    def __init__(self, *, early=False):
        self.early = early
        self.called = False
        self.seen = 0
        self.cut_off = False

    async def __call__(self, scope, receive, send):
        self.called = True
        if self.early:
            await self.answer(send)
        more = True
        while more and not self.cut_off:
            message = await receive()
            self.seen += len(message.get("body", b""))
            self.cut_off = message["type"] == "http.disconnect"
            more = message.get("more_body", False)
        if not self.early:
            await self.answer(send)

    async def answer(self, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"ok"})


async def sent_to(app, chunks, headers=(), kind="http"):
    """Send a request in chunks; give what comes back."""
    waiting = [
        {"type": "http.request", "body": chunk, "more_body": place < len(chunks)}
        for place, chunk in enumerate(chunks, 1)
    ]
    answers = []

    async def receive():
        return waiting.pop(0)

    async def send(message):
        answers.append(message)

    scope = {"type": kind, "method": "POST", "path": "/", "query_string": b"", "headers": list(headers)}
    await BodyLimit(app)(scope, receive, send)
    return answers


def declared(length):
    """A Content-Length header."""
    return [(b"content-length", length)]


FULL = b"x" * LARGEST_BODY


async def test_the_largest_body_passes():
    """A body of exactly the limit arrives whole, declared or not."""
    for headers in (declared(str(LARGEST_BODY).encode()), []):
        app = Reader()
        answers = await sent_to(app, [FULL], headers)

        assert answers[0]["status"] == 200
        assert app.seen == LARGEST_BODY


TOO_LARGE = [
    str(LARGEST_BODY + 1).encode(),
    b"9" * 19,
    b"9" * 5_000,
    b"-1",
    b"+5",
    b"1e3",
    b"",
    b"x",
    b"\xd9\xa1",
]


@pytest.mark.parametrize("length", TOO_LARGE)
async def test_a_declared_body_that_is_too_large_is_not_read(length):
    """A length over the limit, or one that is no number, is refused before anything is read."""
    app = Reader()
    answers = await sent_to(app, [b"x"], declared(length))

    assert answers[0]["status"] == 413
    assert json.loads(answers[1]["body"])["error"] == "too_large"
    assert not app.called


@pytest.mark.parametrize("headers", [[], declared(b"10")])
async def test_a_body_without_an_honest_length_is_cut_off(headers):
    """A body that comes in chunks is read to the limit and not beyond, and refused with the same words."""
    app = Reader()
    answers = await sent_to(app, [FULL[: LARGEST_BODY // 2]] * 5, headers)

    assert [message.get("status") for message in answers] == [413, None]
    assert json.loads(answers[1]["body"])["error"] == "too_large"
    assert app.seen <= LARGEST_BODY
    assert app.cut_off


async def test_an_answer_that_has_begun_is_not_answered_again():
    """An application that answered before the body was too large has answered."""
    app = Reader(early=True)
    answers = await sent_to(app, [FULL, b"x", b"x"])

    assert [message.get("status") for message in answers] == [200, None]
    assert app.cut_off


async def test_the_refusal_speaks_the_citizens_language():
    """A refusal at the door is in the language of the browser."""
    headers = [*declared(b"999999999"), (b"accept-language", b"en")]
    answers = await sent_to(Reader(), [b""], headers)

    assert "too large" in json.loads(answers[1]["body"])["message"]


async def test_what_is_not_http_passes():
    """The start and stop of the server are no requests and pass untouched."""
    app = Reader()
    await sent_to(app, [FULL, FULL], declared(b"nonsense"), kind="lifespan")

    assert app.seen == 2 * LARGEST_BODY


async def test_so_many_pictures_come_at_once():
    """While as many pictures come in as there is memory for, one more is told to come again later."""
    going, taken = asyncio.Event(), []

    async def slow(scope, receive, send):
        taken.append(scope["path"])
        await going.wait()
        await Response()(scope, receive, send)

    limit, answers = BodyLimit(slow), []

    async def send(message):
        answers.append(message)

    scope = {"type": "http", "method": "POST", "path": guard.PICTURES, "query_string": b"", "headers": []}
    coming = [asyncio.create_task(limit(scope, _never, _nowhere)) for _ in range(guard.MOST_PICTURES_COMING)]
    await asyncio.sleep(0)
    await limit(scope, _never, send)
    going.set()
    await asyncio.gather(*coming)
    await limit(scope, _never, send)

    assert [message["status"] for message in answers if "status" in message] == [503, 200]
    assert len(taken) == guard.MOST_PICTURES_COMING + 1


@pytest.mark.parametrize("message", [{"type": "http.disconnect"}, None])
async def test_a_picture_that_does_not_come(message):
    """A picture that drips in, or is cut off, is not waited for."""

    async def receive():
        return message or await asyncio.Event().wait()

    request = Request({"type": "http", "method": "POST", "headers": []}, receive)
    with pytest.raises(BadRequest if message else TooBusy):
        await guard.picture(request, within=0.01)


async def _never():
    raise AssertionError("nothing is read")


async def _nowhere(_):
    pass
