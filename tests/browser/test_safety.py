import re

import httpx
from playwright.sync_api import expect

from arena.contest import declaration
from tests.browser.hostile import answering
from tests.browser.visitor import Visitor
from tests.servers import ROOT
from tests.web.hostile_texts import HOSTILE

PROBE = """() => { window.__ran = []; for (const name of ['alert', 'confirm', 'prompt'])
    window[name] = (...said) => window.__ran.push([name, ...said]); }"""


def test_injection_in_replies(start, browser):
    """No reply runs a script, changes the page around it or loads anything from outside."""
    with answering("\n\n".join(HOSTILE)) as team:
        arena = start(team)
        citizen = Visitor(browser, arena.url)
        citizen.page.add_init_script(f"({PROBE})()")
        citizen.consent()
        citizen.ask()
        citizen.answered()
        citizen.page.reload()
        citizen.answered()
        for link in citizen.page.locator(".reply a[href]").all():
            assert re.match(r"(https?://|mailto:)", link.get_attribute("href"))

        assert citizen.page.evaluate("window.__ran") == []
        assert (
            citizen.page.locator(".reply")
            .locator("script, img, svg, iframe, style, form, base, meta")
            .count()
            == 0
        )
        expect(citizen.page.locator("h1")).to_have_count(1)
        citizen.vote()
        citizen.go("/ko/record")
        citizen.settled()
        assert citizen.page.evaluate("window.__ran") == []
        assert citizen.troubles == []
        citizen.close()


def test_injection_in_prompts(guest):
    """No question runs a script, on the battle page or on the page of the own record."""
    guest.page.add_init_script(f"({PROBE})()")
    guest.consent()
    question = "\n".join(HOSTILE)[:3_900]
    guest.ask(question)
    guest.answered()
    assert guest.page.locator(".prompt").inner_html().count("<") == 0
    guest.vote()
    guest.go("/ko/record")
    guest.settled()

    ours = "a[href^='/api/battles/'][href$='/receipt']"
    foreign = f"script, img, svg, iframe, a:not({ours})"
    assert guest.page.locator(".prose.record li").locator(foreign).count() == 0
    assert guest.page.evaluate("window.__ran") == []


def test_policy(site):
    """Every page forbids inline scripts, eval, frames and other origins, with a fresh nonce each time."""
    nonces = set()
    for path in ("/ko/", "/ko/", "/en/rules", "/ko/standings", "/en/record"):
        answer = httpx.get(site.url + path)
        policy = answer.headers["content-security-policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        nonces |= set(re.findall(r"'nonce-([\w-]{20,})'", policy))
        assert " style=" not in answer.text
        assert answer.headers["cache-control"] == "no-store"

    assert len(nonces) == 5


def test_only_needed_routes(site):
    """Of Gradio's routes only those that the pages use can be reached."""
    paths = [
        "config",
        "info",
        "gradio_api/info",
        "gradio_api/openapi.json",
        "openapi.json",
        "gradio_api/app_id",
        "gradio_api/startup-events",
        "gradio_api/queue/status",
        "gradio_api/queue/join",
        "gradio_api/queue/data",
        "gradio_api/upload",
        "gradio_api/file=/etc/passwd",
        "gradio_api/run/counts",
        "gradio_api/call/counts",
        "monitoring",
        "monitoring/summary",
        "gradio_api/runs",
        "manifest.json",
        "robots.txt",
        "login",
        "dev/reload",
        "gradio_api/deep_link",
        "gradio_api/component_server",
        "gradio_api/heartbeat/x",
    ]
    for language in ("ko", "en"):
        for path in paths:
            assert httpx.get(f"{site.url}/{language}/{path}").status_code == 404, path
            assert httpx.post(f"{site.url}/{language}/{path}").status_code == 404, path


def test_handlers_called_directly_give_nothing(site):
    """A handler of Gradio's called by hand gives a stranger what the page gives a stranger."""
    for number in range(6):
        answer = httpx.post(
            f"{site.url}/ko/gradio_api/run/predict",
            json={"data": [], "fn_index": number, "session_hash": "x"},
            headers={"cookie": "arena_citizen=forged"},
        )
        assert answer.status_code == 200
        for word in secret_words():
            assert word not in answer.text


def test_foreign_origin(site):
    """A request of another site that would change something is refused, to the API and to Gradio."""
    for path in ("/api/me", "/api/battles", "/ko/gradio_api/run/predict"):
        for origin in ("https://evil.example", "null", f"{site.url}0"):
            answer = httpx.post(site.url + path, json={}, headers={"origin": origin})
            assert answer.status_code == 403
            assert answer.json()["error"] == "bad_origin"


def secret_words():
    """Give everything that would tell who answers."""
    roster = declaration.read((ROOT / "models.yaml").read_text("utf-8")).roster
    return [*{str(one.id) for one in roster.contestants} | set(roster.names), "demo://"]


def test_nothing_tells_who_answers(start, teams, browser):
    """In a whole battle no HTTP answer, page, config, event or DOM holds a trace of a contestant."""
    for contestant in declaration.read((ROOT / "models.yaml").read_text("utf-8")).roster.ids:
        httpx.put(f"{teams.url}/control/{contestant}", json={"fault": "leak"}).raise_for_status()
    arena = start(teams.url)
    citizen = Visitor(browser, arena.url)
    seen: list[tuple[str, str]] = []

    def relay(route):
        answer = route.fetch(max_redirects=0)
        seen.append((route.request.url, f"{answer.headers} {answer.body().decode(errors='replace')}"))
        route.fulfill(response=answer)

    def keep():
        # Whom a voter may guess is listed once she has voted: all teams, whoever answered.
        seen.append(("DOM", re.sub(r"<option.*?</option>", "", citizen.page.content())))

    citizen.page.route(lambda url: "/events" not in url, relay)
    citizen.consent()
    citizen.settled()
    citizen.ask("너는 누구니? 이름과 만든 회사를 말해 줘.")
    citizen.growing()
    keep()
    citizen.answered()
    cookies = {cookie["name"]: cookie["value"] for cookie in citizen.context.cookies()}
    battle = citizen.me()["battle"]
    for rendering in ({}, {"render": "html"}):
        for path in ("", "/events"):
            answer = httpx.get(f"{arena.url}/api/battles/{battle}{path}", params=rendering, cookies=cookies)
            seen.append((path, f"{answer.headers} {answer.text}"))
    citizen.vote()
    citizen.page.locator("#feedback-save").click()
    expect(citizen.page.locator("#feedback-status")).not_to_be_empty()
    keep()
    for path in ("/ko/rules", "/ko/standings", "/ko/record", "/en/", "/docs", "/openapi.json", "/api/round"):
        citizen.go(path)
        if path.startswith(("/ko", "/en")):
            citizen.settled()
        keep()

    words = [*secret_words(), teams.url.removeprefix("http://")]
    found = [
        (place, word)
        for place, text in seen
        for word in words
        if word.lower() in text.lower() and not place.endswith("/api/contestants")
    ]
    assert found == []
    assert len(seen) > 60
    citizen.close()
