"""A citizen at a real browser, who notes everything that the page does wrong."""

from collections import defaultdict
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response, expect

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--process-per-site",  # what one visitor's pages have compiled serves the next one
)
LONG = 60_000
LOOKS = [(1440, "ko"), (360, "en")]
"""Widths and languages in which pages are looked at; `Visitor.violations` looks by day and by night."""
QUESTION = "하늘은 왜 파란가요?"
MOST_STOPS = 80
STOP = """() => {
  const there = document.activeElement;
  if (!there || there === document.body) return null;
  const { outlineStyle, outlineWidth } = getComputedStyle(there);
  const name = there.getAttribute("aria-label") || there.innerText || there.id || there.outerHTML;
  return { name, ring: outlineStyle === "none" ? 0 : parseFloat(outlineWidth) };
}"""
TURNED = """() => Promise.all(
  document.getAnimations().filter((one) => one instanceof CSSTransition)
    .map((one) => one.finished.catch(() => 0))
)"""
"""Waits for colours that change slowly to have changed."""
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


LEFT: WeakKeyDictionary[Browser, dict[str, list[BrowserContext]]] = WeakKeyDictionary()
"""Contexts that visitors have left, by their options.

A new visitor finds none of their cookies and nothing that they stored; what she finds are the scripts of the
pages, which take a browser longer to compile than most battles take.
"""


class Visitor:
    """One browser context with its own cookies; `troubles` holds what must not happen."""

    def __init__(self, browser: Browser, url: str, **context: object) -> None:
        self.url = url
        self.troubles: list[str] = []
        options = {"locale": "ko-KR", "viewport": {"width": 1440, "height": 900}} | context
        self._left = LEFT.setdefault(browser, defaultdict(list))[repr(sorted(options.items()))]
        self.context = self._left.pop() if self._left else browser.new_context(**options)
        self.page = self.tab()

    def tab(self) -> Page:
        """Open a tab and watch it."""
        page = self.context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.troubles.append(f"page error: {error}"))
        page.on("request", self._request)
        page.on("response", self._response)
        page.on("requestfailed", self._failed)
        return page

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.troubles.append(f"console {message.type}: {message.text}")

    def _request(self, request: Request) -> None:
        if urlsplit(request.url).netloc != urlsplit(self.url).netloc and not request.url.startswith("data:"):
            self.troubles.append(f"outside request: {request.url}")

    def _response(self, response: Response) -> None:
        if response.status >= 400:
            self.troubles.append(f"{response.status}: {response.url}")

    def _failed(self, request: Request) -> None:
        # Chromium says so of every event stream that its server ends, and of what a left page was loading.
        if request.failure != "net::ERR_ABORTED":
            self.troubles.append(f"failed: {request.url}: {request.failure}")

    def go(self, path: str = "/ko/") -> None:
        """Open a page of the site."""
        self.page.goto(self.url + path)

    def consent(self) -> None:
        """Open the first page and consent."""
        self.go()
        self.page.locator("#consent-yes").click()
        expect(self.page.locator("#ask")).to_be_visible()

    def ask(self, question: str = QUESTION) -> None:
        """Ask; both panes are there when this returns."""
        self.page.locator("#prompt").fill(question)
        self.page.locator("#ask-send").click()
        expect(self.page.locator(".pane")).to_have_count(2)

    def answered(self) -> None:
        """Wait until the battle takes a verdict."""
        expect(self.page.locator("#choice")).to_be_visible(timeout=LONG)

    def growing(self) -> None:
        """Wait until the first text of the last turn has come."""
        expect(self.page.locator(".turn:last-child .reply").first).not_to_be_empty(timeout=LONG)

    def vote(self, verdict: str = "a") -> None:
        """Vote by mouse."""
        self.page.locator(f'[data-verdict="{verdict}"]').click()
        expect(self.page.locator("#thanks")).to_be_visible()

    def me(self) -> dict[str, object]:
        """Read her record by the API."""
        return self.page.request.get(f"{self.url}/api/me").json()

    def settled(self) -> None:
        """Wait until Gradio's part of the page has come."""
        expect(self.page.locator("gradio-app .prose").first).to_be_attached(timeout=LONG)
        self.page.wait_for_load_state("networkidle")

    def stops(self) -> list[tuple[str, bool]]:
        """Go through the page by the Tab key: what each stop is, and whether it is seen to be there."""
        found: list[tuple[str, bool]] = []
        while len(found) < MOST_STOPS:
            self.page.keyboard.press("Tab")
            stop = self.page.evaluate(STOP)
            if stop is None:
                return found
            found.append((stop["name"], stop["ring"] >= 2))
        raise AssertionError(f"the Tab key goes round, or there are too many stops: {found[-5:]}")

    def violations(self) -> list[str]:
        """Give what axe finds on the page as it is, light, and of its contrast when the system turns dark."""
        found = self._violations(TAGS)
        self.page.emulate_media(color_scheme="dark")
        self.page.evaluate(TURNED)
        found += [f"dark: {one}" for one in self._violations({"type": "rule", "values": ["color-contrast"]})]
        self.page.emulate_media(color_scheme="light")
        self.page.evaluate(TURNED)
        return found

    def _violations(self, rules: object) -> list[str]:
        found = Axe().run(self.page, options={"runOnly": rules, "resultTypes": ["violations"]})
        return [
            f"{violation['id']}: {node['html'][:200]} {node.get('failureSummary', '')[:200]}"
            for violation in found.response["violations"]
            for node in violation["nodes"]
        ]

    def close(self) -> None:
        """Leave, with all that is her own; one tab stays, and with it what its browser has compiled.

        Of a page from disk nothing stays.
        """
        if self.url.startswith("file:"):
            self.context.close()
            return
        stored = {"origin": self.url, "storageTypes": "local_storage,indexeddb,cache_storage,service_workers"}
        self.context.new_cdp_session(self.page).send("Storage.clearDataForOrigin", stored)
        stays, *others = self.context.pages
        for page in others:
            page.close()
        self.context.unroute_all()
        self.context.set_offline(False)
        stays.unroute_all()
        stays.goto(f"{self.url}/robots.txt")
        self.context.clear_cookies()
        self._left.append(self.context)
