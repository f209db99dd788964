"""The HTTP API, over real HTTP: its contract, its refusals, and what never leaves it."""

import json
from contextlib import ExitStack

import httpx
import pytest

from arena.contest.battle import Side
from arena.errors import Fault
from arena.service.answering import MOST_WATCHERS
from arena.web.guard import COOKIE, LARGEST_BODY
from arena.web.text.refusals import REFUSALS
from tests.leading import lifecycle, surely


def opened(client, prompt="하늘은 왜 파란가요?"):
    """Open a battle and give its id."""
    answer = client.post("/api/battles", json={"prompt": prompt})
    assert answer.status_code == 201, answer.text
    return answer.json()["battle"]


def events(client, battle, *, after=None, render=""):
    """Read a whole event stream: (name, id, data) of each event."""
    headers = {"last-event-id": after} if after else {}
    found = []
    with client.stream("GET", f"/api/battles/{battle}/events{render}", headers=headers) as stream:
        assert stream.status_code == 200
        for block in stream.read().decode().split("\n\n"):
            lines = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
            if lines:
                found.append((lines["event"], lines["id"], json.loads(lines["data"])))
    return found


def voted(client, battle, verdict="a", **said):
    return client.put(f"/api/battles/{battle}/vote", json={"verdict": verdict, **said})


def test_whole_battle(citizen):
    """A battle runs over the API from question to receipt, and the record shows it."""
    battle = opened(citizen)
    heard = events(citizen, battle)

    receipt = voted(citizen, battle, reasons={"a": ["clear"], "b": []}, comment="좋아요")

    assert heard[-1][0] == "open"
    text = {side: "".join(data[side] for name, _, data in heard if name == "delta") for side in ("a", "b")}
    shown = citizen.get(f"/api/battles/{battle}").json()
    assert shown["turns"][0]["replies"] == text
    assert shown["feedback"] == {"a": ["clear"], "b": [], "comment": "좋아요", "taken": []}
    assert receipt.status_code == 200
    assert receipt.json()["votes"] == 1
    me = citizen.get("/api/me").json()
    assert (me["battle"], me["record"][0]["verdict"]) == (None, "a")


def test_asking_on(citizen):
    """A second prompt goes to both sides and is followed like the first."""
    battle = opened(citizen)
    events(citizen, battle)

    asked = citizen.post(f"/api/battles/{battle}/turns", json={"prompt": "더 쉽게요"})
    heard = events(citizen, battle)

    assert asked.status_code == 201
    assert heard[-1] == ("open", heard[-1][1], {"turn": 2})
    assert len(citizen.get(f"/api/battles/{battle}").json()["turns"]) == 2


def test_reconnect_continues(served, citizen):
    """A reader that comes back with its last id gets exactly the rest, and nobody is asked again."""
    battle = opened(citizen)
    whole = events(citizen, battle)

    rest = events(citizen, battle, after=whole[0][1])

    first = {side: whole[0][2][side] for side in ("a", "b")}
    later = {side: "".join(data[side] for name, _, data in rest if name == "delta") for side in first}
    replies = citizen.get(f"/api/battles/{battle}").json()["turns"][0]["replies"]
    assert {side: first[side] + later[side] for side in first} == replies
    assert len(served.backend.asked) == 2


@pytest.mark.parametrize("odd", ["9.9.9", "nonsense", "1.99999.0", "-1.0.0", "1.2", "١.٢.٣"])
def test_odd_last_event_id(citizen, odd):
    """An id that is not one of ours breaks nothing."""
    battle = opened(citizen)
    events(citizen, battle)

    heard = events(citizen, battle, after=odd.encode())

    assert heard[-1][0] == "open"


def test_rendered_blocks(served, citizen):
    """The page's stream carries cleaned HTML by blocks, and the record renders the same."""
    for name in served.arena.contest.roster.ids:
        served.backend.scripts[name] = ["**굵게** <script>alert(1)</", "script>\n\n- 하나\n- 둘"]
    battle = opened(citizen)

    heard = events(citizen, battle, render="?render=html")

    shown = {}
    for name, _, data in heard:
        if name == "blocks":
            shown |= dict(data["a"])
    joined = "\n".join(shown[index] for index in sorted(shown))
    recorded = citizen.get(f"/api/battles/{battle}?render=html").json()["turns"][0]["html"]["a"]
    assert "<strong>굵게</strong>" in joined
    assert "<script" not in joined
    assert joined.strip() == recorded.strip()


@pytest.mark.parametrize("side", list(Side))
def test_void(served, citizen, side):
    """A failed side voids the battle; events, view and message are the same whichever side it was."""
    battle = opened(citizen)
    events(citizen, battle)
    citizen.delete(f"/api/battles/{battle}").raise_for_status()
    served.backend.scripts = {name: [Fault.FAILED] for name in served.arena.contest.roster.ids}

    battle = opened(citizen)
    heard = events(citizen, battle)

    assert heard == [("void", "1.0.0", {"reason": "reply_failed"})]
    shown = citizen.get(f"/api/battles/{battle}").json()
    assert (shown["stage"], shown["void_reason"], shown["teams"]) == ("void", "reply_failed", None)


def test_consent_cookie(browser):
    """The citizen's cookie is out of reach of scripts and other sites, and given once."""
    version = browser.get("/api/round").json()["consent"]

    first = browser.post("/api/me", json={"consent": version})
    second = browser.post("/api/me", json={"consent": version})

    cookie = first.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "set-cookie" not in second.headers


def test_looking_around_needs_no_cookie(browser):
    """Round and own record can be read by anybody; no cookie is set for looking."""
    answers = [browser.get(path) for path in ("/api/round", "/api/me", "/healthz", "/readyz")]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 200]
    assert not any("set-cookie" in answer.headers for answer in answers)


@pytest.mark.parametrize("token", [None, "", "x", "A" * 22 + "." + "B" * 43, "../../etc/passwd"])
def test_forged_token(served, browser, token):
    """Without a token of ours nothing of a citizen's can be done."""
    if token is not None:
        browser.cookies.set(COOKIE, token)

    answers = [
        browser.post("/api/battles", json={"prompt": "질문"}),
        browser.get("/api/battles/0"),
        browser.get("/api/battles/0/events"),
        browser.put("/api/battles/0/vote", json={"verdict": "a"}),
        browser.delete("/api/me"),
    ]

    assert {answer.status_code for answer in answers} == {403}
    assert {answer.json()["error"] for answer in answers} == {"consent_needed"}


def test_anothers_battle(served, citizen):
    """Another citizen's battle is not found: not its text, not its events, not its vote."""
    battle = opened(citizen)
    events(citizen, battle)

    with httpx.Client(base_url=served.url) as other:
        other.post("/api/me", json={"consent": other.get("/api/round").json()["consent"]})
        answers = [
            other.get(f"/api/battles/{battle}"),
            other.get(f"/api/battles/{battle}/events"),
            other.post(f"/api/battles/{battle}/turns", json={"prompt": "질문"}),
            voted(other, battle),
            other.delete(f"/api/battles/{battle}"),
            other.post(f"/api/battles/{battle}/reports", json={"turn": 1, "side": "a", "harm": "other"}),
        ]

    assert {answer.status_code for answer in answers} == {404}


@pytest.mark.parametrize(
    ("method", "path", "content"),
    [
        ("POST", "/api/battles", b"not json"),
        ("POST", "/api/battles", b"[]"),
        ("POST", "/api/battles", b'{"prompt": 7}'),
        ("POST", "/api/battles", b'{"prompt": "q", "model": "x"}'),
        ("POST", "/api/battles", b'{"prompt": "q", "category": "astrology"}'),
        ("POST", "/api/battles", b'{"prompt": "q", "language": "xx"}'),
        ("POST", "/api/battles", b'{"prompt": "\\ud800"}'),
        ("POST", "/api/battles", b"\xff\xfe"),
        ("PUT", "/api/battles/0/vote", b'{"verdict": "c"}'),
        ("PUT", "/api/battles/0/vote", b'{"verdict": "a", "reasons": {"a": ["rude"]}}'),
        ("POST", "/api/me", b'{"consent": "an older notice"}'),
    ],
)
def test_bad_request(served, citizen, method, path, content):
    """A request that makes no sense gets a kind sentence in Korean, and asks nobody."""
    answer = citizen.request(method, path, content=content, headers={"content-type": "application/json"})

    assert answer.status_code in {404, 422}
    assert answer.json()["message"] == REFUSALS[answer.json()["error"]]["ko"]
    assert served.backend.asked == []


@pytest.mark.parametrize(("size", "status"), [(4_000, 201), (4_001, 422), (20_000, 422)])
def test_long_prompt(citizen, size, status):
    """A prompt may have as many characters as the rules say and not one more."""
    answer = citizen.post("/api/battles", json={"prompt": "가" * size})

    assert answer.status_code == status


def test_huge_body(citizen):
    """A body beyond every limit is refused before it is read, declared or not."""

    def pieces():
        for _ in range(LARGEST_BODY // 1024 + 10):
            yield b" " * 1024

    declared = citizen.post("/api/battles", content=b" " * (LARGEST_BODY + 1))
    chunked = citizen.post("/api/battles", content=pieces())

    assert (declared.status_code, declared.json()["error"]) == (413, "too_large")
    assert chunked.status_code >= 400


def test_running_battle_is_named(citizen):
    """A second question while one runs is answered with the battle that is in the way."""
    battle = opened(citizen)

    answer = citizen.post("/api/battles", json={"prompt": "또 질문"})

    assert answer.status_code == 409
    assert (answer.json()["error"], answer.json()["battle"]) == ("battle_running", battle)


def test_vote_rules(citizen):
    """The same vote again gives the same receipt; a changed one is refused."""
    battle = opened(citizen)
    events(citizen, battle)
    first, same, other = (voted(citizen, battle, verdict) for verdict in ("tie", "tie", "a"))

    assert first.json() == same.json()
    assert (other.status_code, other.json()["error"]) == (409, "already_voted")


def test_guess(served, citizen):
    """A voter may say whom she takes the sides for, with her vote or later; nothing tells if it is so."""
    first, second, *_ = served.arena.contest.roster.ids
    battle = opened(citizen)
    events(citizen, battle)
    before = citizen.get(f"/api/battles/{battle}").json()["guess"]
    receipt = voted(citizen, battle, guess={"a": first})
    early = citizen.get(f"/api/battles/{battle}").json()["guess"]
    later = voted(citizen, battle, guess={"a": second, "b": first})

    assert (before, early) == (None, {"a": first, "b": ""})
    assert citizen.get(f"/api/battles/{battle}").json()["guess"] == {"a": second, "b": first}
    assert receipt.json() == later.json() == voted(citizen, battle).json()


@pytest.mark.parametrize("guess", [{"a": "stranger"}, {"a": 1}, {"c": ""}, {"a": "x" * 41}, "one", []])
def test_bad_guess(citizen, guess):
    """A guess of somebody who is not in the round, or of another shape, is refused with its vote."""
    battle = opened(citizen)
    events(citizen, battle)

    answer = voted(citizen, battle, guess=guess)

    assert (answer.status_code, answer.json()["error"]) == (422, "bad_request")
    assert citizen.get(f"/api/battles/{battle}").json()["stage"] == "open"


def test_contestants(served, browser):
    """Whom a voter may guess is public, and the list is in an order of its own."""
    listed = browser.get("/api/contestants").json()

    assert {one["id"] for one in listed} == set(served.arena.contest.roster.ids)
    assert listed == sorted(listed, key=lambda one: (one["team"], one["name"]))
    assert {frozenset(one) for one in listed} == {frozenset(("id", "team", "name", "reference"))}


def test_sealed_standings(browser):
    """Sealed standings are refused to everybody, in the reader's language."""
    korean = browser.get("/api/standings")
    english = browser.get("/api/standings", headers={"accept-language": "en"})

    assert (korean.status_code, korean.json()["error"]) == (403, "sealed")
    assert korean.json()["message"] != english.json()["message"] == REFUSALS["sealed"]["en"]


def test_standings_when_they_open(served, browser):
    """Once published the standings are there for all, or say that there are too few votes."""
    led = lifecycle(served.arena)
    for step in (led.close, led.commit_result, led.publish):
        surely(step)

    answer = browser.get("/api/standings")

    assert (answer.status_code, answer.json()["error"]) == (409, "no_score")


def test_erasing(citizen):
    """Erasing ends the running battle, takes the texts and the cookie."""
    opened(citizen)

    answer = citizen.delete("/api/me")

    assert answer.status_code == 204
    assert citizen.get("/api/me").json() == {
        "consented": False,
        "votes": 0,
        "votes_per_person": 5,
        "battle": None,
        "record": [],
        "may_withdraw": False,
    }


def test_withdrawing(citizen):
    """Erasing can take the votes back as well."""
    battle = opened(citizen)
    events(citizen, battle)
    voted(citizen, battle)
    before = citizen.get("/api/me").json()

    answer = citizen.delete("/api/me?withdraw=1")

    assert (before["may_withdraw"], answer.status_code) == (True, 204)
    assert citizen.get("/api/me").json()["consented"] is False


@pytest.mark.parametrize("asked", ["0", "yes", ""])
def test_withdrawing_by_another_word(citizen, asked):
    """Votes are taken back only where that is asked for in so many words."""
    answer = citizen.delete(f"/api/me?withdraw={asked}")

    assert answer.status_code == 422
    assert citizen.get("/api/me").json()["consented"] is True


def test_withdrawing_too_late(served, citizen):
    """Once the scoring has begun votes are not taken back, and nothing is erased by the asking."""
    battle = opened(citizen)
    led = lifecycle(served.arena)
    surely(led.close)
    surely(led.commit_result)

    answer = citizen.delete("/api/me?withdraw=1")

    assert (answer.status_code, answer.json()["error"]) == (409, "not_at_this_stage")
    me = citizen.get("/api/me").json()
    assert (me["consented"], me["record"][0]["battle"]) == (True, battle)


def test_report(citizen):
    """A reply can be reported for a reason of the list, with a comment."""
    battle = opened(citizen)
    events(citizen, battle)

    good = citizen.post(f"/api/battles/{battle}/reports", json={"turn": 1, "side": "b", "harm": "dangerous"})
    bad = citizen.post(f"/api/battles/{battle}/reports", json={"turn": 1, "side": "c", "harm": "dangerous"})

    assert (good.status_code, bad.status_code) == (201, 422)


def test_store_away(served, citizen):
    """When the record cannot be kept nothing is taken, and the citizen is told so kindly."""
    with served.arena.store.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE battles RENAME TO hidden")

    answer = citizen.post("/api/battles", json={"prompt": "질문"})
    ready = citizen.get("/readyz")

    assert (answer.status_code, answer.json()["error"]) == (503, "unavailable")
    assert answer.json()["message"] == REFUSALS["unavailable"]["ko"]
    assert ready.status_code == 503
    assert "hidden" not in answer.text


def test_unknown_paths(browser):
    """A path that is not there says so in the same form as every other refusal."""
    answer = browser.get("/api/nothing")

    assert (answer.status_code, answer.json()["error"]) == (404, "not_found")


def test_metrics(served, citizen):
    """Counts for machines are there and name no contestant."""
    events(citizen, opened(citizen))
    served.arena.clock.advance(seconds=3)

    text = citizen.get("/metrics").text

    assert "arena_battles_total 1" in text
    assert "arena_identity_prompts_total 0" in text
    assert "gulleongsoe" not in text


def test_openapi(browser):
    """The API describes itself: every route of the contract with its refusals."""
    paths = browser.get("/openapi.json").json()["paths"]

    assert {"/api/battles", "/api/battles/{battle_id}/vote", "/api/me", "/api/round"} <= set(paths)
    assert "409" in paths["/api/battles"]["post"]["responses"]


def test_no_name_in_any_answer(served, citizen):
    """No answer, header or event of a whole battle holds a contestant's id, name, team or endpoint."""
    seen = []
    citizen.event_hooks["response"].append(lambda answer: seen.append(str(answer.headers)))
    for contestant in served.arena.contest.roster.contestants:
        served.backend.scripts[contestant.id] = [
            f"저는 {contestant.team}의 {contestant.name}({contestant.id})"
        ]
    battle = opened(citizen)
    seen.append(json.dumps(events(citizen, battle), ensure_ascii=False))
    seen.append(json.dumps(events(citizen, battle, render="?render=html"), ensure_ascii=False))
    seen += [voted(citizen, battle).text, citizen.get("/api/me").text, citizen.get("/api/round").text]
    seen += [citizen.get(f"/api/battles/{battle}?render=html").text, citizen.get("/openapi.json").text]

    everything = "\n".join(seen)

    names = served.arena.contest.roster.names
    assert [name for name in names if name.lower() in everything.lower()] == []
    assert "demo://" not in everything


def test_language_of_the_page(browser):
    """A message is in the language of the page it is shown on, whatever the cookie of another page says."""
    browser.cookies.set("lang", "ko")

    answer = browser.get("/api/standings", headers={"arena-language": "en"})

    assert answer.json()["message"] == REFUSALS["sealed"]["en"]


def test_no_redirect_to_a_foreign_host(browser):
    """No answer sends a browser to whatever host its request has named."""
    answer = browser.post("/api/battles/", headers={"host": "evil.example"}, json={})

    assert answer.status_code == 404


def test_too_many_pages_of_one_battle(served, citizen):
    """A flood of readers of one battle is turned away; those who read already go on."""
    served.backend.gate.clear()
    battle = opened(citizen)
    with ExitStack() as open_streams:
        streams = [citizen.stream("GET", f"/api/battles/{battle}/events") for _ in range(MOST_WATCHERS)]
        readers = [open_streams.enter_context(stream).iter_bytes() for stream in streams]
        for reader in readers:
            next(reader)

        answer = citizen.get(f"/api/battles/{battle}/events")

    assert (answer.status_code, answer.json()["error"]) == (503, "too_busy")
