"""A browser that tells when a page has shown all its data, and what it has asked the server for that."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Browser, BrowserContext, Page, Request, sync_playwright

from tests.browser.visitor import ARGUMENTS, CHROMIUM

QUIET = 300
"""Milliseconds without any change and with nothing asked after which a page is taken to be complete."""

PATIENCE = 60.0

WATCH = """(() => {
  let pending = 0, answered = 0, last = 0, begun = 0;
  const touched = () => { last = performance.now(); };
  const plain = window.fetch;
  window.fetch = (...asked) => {
    pending++;
    return plain(...asked).finally(() => { pending--; answered++; touched(); });
  };
  new MutationObserver(touched).observe(
    document, { subtree: true, childList: true, characterData: true, attributes: true });
  window.arenaBegin = () => { answered = 0; begun = last = performance.now(); };
  window.arenaShown = (quiet, charts) => {
    const found = [...document.querySelectorAll(".js-plotly-plot")];
    const drawn = found.length >= charts && found.every((one) => one.querySelector(".main-svg"));
    const still = performance.now() - last > quiet;
    return pending === 0 && answered > 0 && drawn && still ? Math.max(1, last - begun) : 0;
  };
})()"""
"""Time counts from the navigation, or from `arenaBegin`, to the last change before the page is quiet."""

CARRIED = frozenset({"document", "fetch", "xhr"})
UNSENT = frozenset({"host", "content-length", "connection", "accept-encoding"})


@dataclass(frozen=True, slots=True)
class Sent:
    """A request as the browser sent it."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes


Act = Callable[[Page], None]


@dataclass(frozen=True, slots=True)
class Watched:
    """One tab's worth of pages: each is opened anew, with the cookies and cached files of the context."""

    context: BrowserContext

    def load(self, url: str, charts: int = 0) -> tuple[float, list[Sent]]:
        """Open a page; give the milliseconds until all was shown, so many charts too, and what was asked."""
        with self._tab() as (page, asked):
            page.goto(url, wait_until="commit")
            return _shown(page, charts), _sent(asked)

    def acts(self, url: str, act: Act, times: int, charts: int = 0) -> tuple[list[float], list[Sent]]:
        """Open a page, then do something there so many times; give the same of what was done."""
        with self._tab() as (page, asked):
            page.goto(url, wait_until="commit")
            _shown(page, charts)
            taken = []
            for _ in range(times):
                asked.clear()
                page.evaluate("arenaBegin()")
                act(page)
                taken.append(_shown(page, charts))
            return taken, _sent(asked)

    def text(self, url: str) -> tuple[float, str]:
        """Open a page; give the milliseconds until all was shown, and what Gradio's part of it says."""
        with self._tab() as (page, _):
            page.goto(url, wait_until="commit")
            return _shown(page), page.locator("gradio-app").inner_text()

    @contextmanager
    def _tab(self) -> Iterator[tuple[Page, list[Request]]]:
        page, asked = self.context.new_page(), []
        page.on("request", lambda one: asked.append(one) if one.resource_type in CARRIED else None)
        try:
            yield page, asked
        finally:
            page.close()


def _shown(page: Page, charts: int = 0) -> float:
    give_up = time.monotonic() + PATIENCE
    while time.monotonic() < give_up:
        taken: float = page.evaluate(f"arenaShown({QUIET}, {charts})")
        if taken:
            return taken
        time.sleep(0.05)
    raise TimeoutError(page.url)


def _sent(asked: list[Request]) -> list[Sent]:
    return [
        Sent(
            one.method,
            one.url,
            {name: value for name, value in one.all_headers().items() if _is_ours(name)},
            one.post_data_buffer or b"",
        )
        for one in asked
    ]


def _is_ours(name: str) -> bool:
    return name not in UNSENT and not name.startswith(":")


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*ARGUMENTS])
        yield browser
        browser.close()


def tab(browser: Browser, url: str, cookies: dict[str, str], width: int = 1440) -> Watched:
    """Give a browser of somebody, by her cookies."""
    context = browser.new_context(locale="ko-KR", viewport={"width": width, "height": 900})
    context.add_cookies([{"name": name, "value": value, "url": url} for name, value in cookies.items()])
    context.add_init_script(WATCH)
    return Watched(context)
