import asyncio
import gzip
import json
import re
from itertools import product
from types import SimpleNamespace

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from arena.contest import declaration
from arena.identity.secrets import Secrets
from arena.service.citizens import Citizens
from arena.service.public import Public
from arena.service.rounds import open_round
from arena.store import schema
from arena.store.session import Store
from arena.web.pages.build import plain
from arena.web.shell import REWRITES, Page, PageBroken, Shell, rewrite, same_origin
from arena.web.site import _body, build, shape
from arena.web.text.refusals import REFUSALS
from tests.desks import desk_of
from tests.fakes import Chance, Clock
from tests.servers import ROOT

PLACES = list(product(["ko", "en"], ["", "rules", "standings", "record"]))
PAGE = Page(language="ko", head="<i>head</i>", before="<i>before</i>", after="<i>after</i>")
GRADIO = """<!doctype html><html
 lang="en"
 style="margin: 0">
<head><meta property="og:a" content="x" /><meta property="og:b" content="x" />
<meta name="twitter:c" content="x" />
<meta property="og:d" content="x" /><meta property="og:e" content="x" /><meta name="twitter:f" content="x" />
<style>x{}</style><script>window.gradio_config = {};</script>
<script>
(() => { load("iframeResizer"); })();
</script>
<link rel="manifest" href="/manifest.json" /><script type="module" src="./assets/a.js"></script></head>
<body
 style="width: 100%"><gradio-app eager="true" style="display: flex">
</gradio-app><script>last()</script></body></html>"""


async def serve(scope, receive, send):
    """A site of one page, one stream and one echo."""
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/html")]})
    await send({"type": "http.response.body", "body": GRADIO.encode()})


@pytest.fixture(scope="module")
def runner():
    """One loop for all that this module asks of the site."""
    with asyncio.Runner() as made:
        yield made


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The whole site on a fresh store."""
    folder = tmp_path_factory.mktemp("site")
    store = Store(f"sqlite:///{folder}/arena.db")
    schema.migrate(store)
    contest = declaration.read((ROOT / "models.yaml").read_text("utf-8"))
    clock, chance, secrets = Clock(), Chance(), Secrets(folder / "secrets")
    round_ = open_round(store, contest, secrets, clock, chance, "")
    citizens = Citizens(store, round_, secrets.get("citizen.key"), clock, chance)

    public = Public(store, round_, clock)
    arena = SimpleNamespace(
        store=store, round=round_, citizens=citizens, secrets=secrets, clock=clock, chance=chance
    )

    yield build(FastAPI(docs_url=None, redoc_url=None), public, citizens, desk_of(arena, folder))
    store.close()


@pytest.fixture
def get(whole, runner):
    """Ask the whole site for something."""

    async def send(method, path, headers, body):
        transport = httpx.ASGITransport(whole)
        async with httpx.AsyncClient(transport=transport, base_url="http://arena.test") as client:
            return await client.request(method, path, headers=headers, content=body)

    def ask(path, method="GET", body=None, **headers):
        named = {name.replace("_", "-"): headers[name] for name in headers}
        return runner.run(send(method, path, named, body))

    return ask


def test_rewrite():
    """A page gets its language, own markup around Gradio's, nonces everywhere and no styles of its own."""
    html = rewrite(GRADIO, PAGE, "n")

    assert 'lang="ko"' in html
    assert "<i>before</i><gradio-app" in html
    assert "</gradio-app><i>after</i>" in html
    assert html.index("<i>head</i>") < html.index("<script")
    assert (
        len(re.findall("<(?:script|style)", html))
        == len(re.findall('<(?:script|style) nonce="n"', html))
        == 4
    )
    for gone in ("og:", "twitter:", "manifest", "iframeResizer", "style="):
        assert gone not in html


@pytest.mark.parametrize(
    "change",
    [change for change in REWRITES if change.what != "place of own head"],  # made by the nonces, just before
    ids=lambda change: change.what,
)
def test_a_changed_gradio_is_noticed(change):
    """When a place that the shell rewrites is no longer there, it says which, and serves nothing."""
    broken = change.pattern.sub("", GRADIO)

    with pytest.raises(PageBroken):
        rewrite(broken, PAGE, "n")


def test_markup_is_put_in_as_it_is():
    """Own markup may hold what a pattern would read as a group."""
    html = rewrite(GRADIO, Page("en", r"\1", r"\g<0> $1", "{x}"), "n")

    assert r"\g<0> $1<gradio-app" in html


async def test_streams_are_not_held_back():
    """A piece of an event stream has left before the next one exists."""
    sent, more = [], asyncio.Event()

    async def stream(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"data: 1\n\n", "more_body": True})
        await more.wait()
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def send(event):
        sent.append(event)

    scope = {"type": "http", "method": "GET", "path": "/api/battles/x/events", "headers": []}
    serving = asyncio.create_task(Shell(stream, {"/ko/": PAGE}, {})(scope, None, send))
    await asyncio.sleep(0)
    arrived = [event.get("body") for event in sent]
    more.set()
    await serving

    assert arrived == [None, b"data: 1\n\n"]


async def test_other_connections_pass():
    """Start-up, end and sockets are the inner application's own."""
    passed = []

    async def inner(scope, receive, send):
        passed.append(scope["type"])

    for kind in ("lifespan", "websocket"):
        await Shell(inner, {"/ko/": PAGE}, {})({"type": kind}, None, None)

    assert passed == ["lifespan", "websocket"]


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({}, True),
        ({b"origin": b"https://arena.test", b"host": b"arena.test"}, True),
        ({b"origin": b"http://ARENA.test:8080", b"host": b"arena.test:8080"}, True),
        ({b"origin": b"https://arena.test.evil.example", b"host": b"arena.test"}, False),
        ({b"origin": b"https://evil.example", b"host": b"arena.test"}, False),
        ({b"origin": b"https://arena.test@evil.example", b"host": b"arena.test"}, False),
        ({b"origin": b"null", b"host": b"null"}, False),
        ({b"origin": b"", b"host": b""}, False),
        ({b"origin": b"http://[broken", b"host": b"arena.test"}, False),
        ({b"sec-fetch-site": b"cross-site"}, False),
        ({b"sec-fetch-site": b"same-site"}, False),
        ({b"sec-fetch-site": b"same-origin"}, True),
        ({b"sec-fetch-site": b"none"}, True),
    ],
)
def test_same_origin(headers, allowed):
    """Only our own pages, and clients that are no browser, may change something."""
    assert same_origin(headers) is allowed


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_foreign_requests_end_at_the_shell(get, method):
    """A foreign request that would change something never reaches what is inside."""
    answer = get("/api/me", method, origin="https://evil.example", accept_language="en")

    assert answer.status_code == 403
    assert answer.json()["error"] == "bad_origin"


@pytest.mark.parametrize(
    "path", ["/", "/ko/", "/en/rules", "/ko/config", "/docs", "/robots.txt", "/nothing", "/openapi.json"]
)
def test_security_headers(get, path):
    """Every answer, errors included, carries the security headers, each once."""
    answer = get(path)

    for name in (
        "content-security-policy",
        "x-content-type-options",
        "x-frame-options",
        "referrer-policy",
        "permissions-policy",
        "cross-origin-opener-policy",
        "cache-control",
    ):
        assert len(answer.headers.get_list(name)) == 1, name


@pytest.mark.parametrize(("language", "name"), PLACES)
def test_every_page(get, language, name):
    """Every page has its language, one main heading, its place in the menu and the other language."""
    answer = get(f"/{language}/{name}")

    assert answer.status_code == 200
    assert f'lang="{language}"' in answer.text
    assert len(re.findall("<h1", answer.text)) == 1
    assert f'href="/{language}/{name}" aria-current="page"' in answer.text
    other = {"ko": "en", "en": "ko"}[language]
    assert f'href="/{other}/{name}" lang="{other}"' in answer.text
    assert f"lang={language};" in answer.headers["set-cookie"]


@pytest.mark.parametrize("path", ["/ko/", "/en/record"])
def test_words_of_the_script(get, path):
    """The script's texts stand in the page as data, in the page's language."""
    words = json.loads(re.search('id="words">(.*?)</script>', get(path).text)[1])

    assert words["language"] == path[1:3]
    assert words["suggestions"]


def test_pages_tell_no_names(get):
    """No page holds the name of a contestant."""
    roster = declaration.read((ROOT / "models.yaml").read_text("utf-8")).roster
    for language, name in PLACES:
        text = get(f"/{language}/{name}").text
        assert [word for word in roster.names if word in text] == []


@pytest.mark.parametrize(
    ("cookie", "accepted", "place"),
    [
        ("", "", "/ko/"),
        ("", "en-US,en;q=0.9", "/en/"),
        ("", "ko-KR,ko;q=0.9,en;q=0.8", "/ko/"),
        ("", "en;q=0.5,ko;q=0.9", "/ko/"),
        ("", "fr", "/ko/"),
        ("lang=en", "ko", "/en/"),
        ("lang=ko", "en", "/ko/"),
        ("lang=//evil.example", "", "/ko/"),
    ],
)
def test_front_door(get, cookie, accepted, place):
    """The front door leads to the language chosen before, else to English only where it is preferred."""
    answer = get("/", cookie=cookie, accept_language=accepted)

    assert answer.status_code == 303
    assert answer.headers["location"] == place


@pytest.mark.parametrize(("path", "place"), [("/ko", "/ko/"), ("/en/rules/", "/en/rules")])
def test_nearly_right_addresses(get, path, place):
    """An address that lacks a slash, or has one too many, leads to the page."""
    answer = get(path)

    assert answer.status_code == 308
    assert answer.headers["location"] == place


PREDICT = "/ko/gradio_api/run/predict"
CALLED = {"data": [], "event_data": None, "fn_index": 0, "trigger_id": None, "session_hash": "a1b2c3"}


@pytest.mark.parametrize("number", range(6))
def test_handlers_of_the_pages(get, number):
    """The calls that the pages' own script makes are answered."""
    answer = get(PREDICT, "POST", json.dumps({**CALLED, "fn_index": number}))

    assert answer.status_code == 200
    assert len(answer.json()["data"]) == 1


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "[]",
        "[" * 1_900,
        "{}",
        b"\xff",
        " " * 3_000 + json.dumps(CALLED),
        *(
            json.dumps({**CALLED, **change})
            for change in (
                {"fn_index": 99},
                {"fn_index": -1},
                {"fn_index": True},
                {"fn_index": None},
                {"fn_index": "0"},
                {"data": ["<b>echo</b>"]},
                {"data": None},
                {"event_data": {"x": 1}},
                {"trigger_id": "echo"},
                {"session_hash": "echo<"},
                {"session_hash": "e" * 21},
                {"session_hash": None},
                {"api_name": "predict"},
                {"simple_format": True},
            )
        ),
    ],
)
def test_other_calls_do_not_reach_gradio(get, body):
    """Whatever else is sent to Gradio's handlers is refused in our words, and not repeated."""
    answer = get(PREDICT, "POST", body, accept_language="ko")

    assert answer.status_code == 422
    assert answer.json() == {"error": "bad_request", "message": REFUSALS["bad_request"]["ko"]}


@pytest.mark.parametrize(
    ("path", "method"), [(PREDICT, "GET"), ("/ko/assets/nothing.js", "GET"), ("/ko/theme.css", "POST")]
)
def test_refusals_of_gradio_are_ours(get, path, method):
    """What Gradio has not, or refuses, is refused in our words."""
    answer = get(path, method)

    assert answer.status_code == 404
    assert answer.json()["error"] == "not_found"


async def test_a_broken_handler_tells_nothing():
    """When Gradio fails, what it says of it stays inside."""
    sent = []

    async def broken(scope, receive, send):
        await send({"type": "http.response.start", "status": 500, "headers": []})
        await send({"type": "http.response.body", "body": b"Traceback"})

    async def send(event):
        sent.append(event)

    for path in ("/ko/theme.css", "/ko/"):
        scope = {"type": "http", "method": "GET", "path": path, "headers": []}
        await Shell(broken, {"/ko/": PAGE}, {})(scope, None, send)

    assert [event["status"] for event in sent if event["type"] == "http.response.start"] == [500, 500]
    assert all(b"internal" in event["body"] for event in sent if event["type"] == "http.response.body")


def test_a_forged_forwarding_changes_no_page(get):
    """Headers that name another host or scheme leave no trace in a page."""
    forged = {
        "x_forwarded_host": "evil.example",
        "x_forwarded_proto": "https",
        "x_gradio_server": "https://evil.example",
    }

    assert "evil.example" not in get("/ko/", **forged).text
    assert "evil.example" not in get("/ko/theme.css", **forged).text


def test_head_of_a_page(get):
    """A HEAD of a page has the headers of the page and no body."""
    answer = get("/ko/", "HEAD")

    assert answer.status_code == 200
    assert answer.content == b""


def test_files_last_and_pages_do_not(get):
    """Own files and Gradio's are kept for a year under addresses that change with them; pages are not."""
    page = get("/ko/").text
    style = re.search(r'"(/static/[0-9a-f]{16}/page\.css)"', page)[1]
    asset = re.search(r'src="\./(assets/[^"]+\.js)"', page)[1]

    for path in (style, f"/ko/{asset}"):
        assert get(path).headers["cache-control"] == "public, max-age=31536000, immutable"
    assert get("/ko/").headers["cache-control"] == "no-store"
    assert get(style.replace(style.split("/")[2], "0" * 16)).status_code == 404
    assert get("/ko/assets/nothing.js").headers["cache-control"] == "no-store"


def test_files_are_compressed_where_asked(get):
    """The same file leaves packed or plain, as the browser takes it."""
    path = re.search(r'"(/static/[0-9a-f]{16}/page\.css)"', get("/ko/").text)[1]

    assert get(path, accept_encoding="gzip").text == get(path, accept_encoding="identity").text
    assert get(path, accept_encoding="gzip").headers["content-encoding"] == "gzip"


def test_docs(get):
    """The description of the API is one page of our own, without a script."""
    answer = get("/docs")

    assert answer.status_code == 200
    assert "<script" not in answer.text


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"$ref": "#/components/schemas/Vote"}, "Vote"),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, "string or null"),
        ({"type": "array", "items": {"type": "integer"}}, "list of integer"),
        ({"const": "ko"}, "'ko'"),
        ({"enum": ["a", "b"]}, "'a' or 'b'"),
        ({}, "anything"),
    ],
)
def test_shape(schema, words):
    """A shape is named in a few words."""
    assert shape(schema) == words


@pytest.mark.parametrize(
    ("content", "schema"),
    [
        ({}, None),
        ({"application/json": {"schema": {"type": "string"}}}, {"type": "string"}),
        ({"application/json": {}}, None),
        ({"image/*": {}}, {"type": "image/*"}),
    ],
)
def test_bodies_that_are_no_json(content, schema):
    """The page that describes the API names a body that is no JSON by its media type."""
    assert _body({"content": content}) == schema


@given(st.text(max_size=60))
def test_plain(text):
    """Whatever was asked, Gradio's Markdown shows its letters and nothing else."""
    html = MarkdownIt("gfm-like", {"linkify": False}).render(f"- {plain(text)} <br> x")
    shown = html.removeprefix("<ul>\n<li>").removesuffix("</li>\n</ul>\n")

    assert re.sub("&(?:lt|gt|amp|quot);", "", shown).count("<") == len(re.findall("<br>", shown)) == 1


async def test_compressed_page():
    """A page is packed for a browser that takes it."""
    sent = []

    async def send(event):
        sent.append(event)

    scope = {"type": "http", "method": "GET", "path": "/ko/", "headers": [(b"accept-encoding", b"gzip")]}
    page = Page("ko", "", "<p>긴 글</p>" * 500, "")
    await Shell(serve, {"/ko/": page}, {})(scope, None, send)

    assert "<p>긴 글</p>" in gzip.decompress(sent[1]["body"]).decode()
