"""A new evaluator at a simulated round of 20,000 votes: how long from signing in to the exported score.

    python -m tests.bench.evaluator_tour [--votes 20000] [--round FOLDER] [--pictures FOLDER]

The round stands on the real record, and the real arena serves it. Her account is made by `arena account add`.
In Chromium she signs in, changes the password that she was given, looks at the round's health, closes the
round, commits to the result, reads the standings, hands in a sheet of benchmark and expert scores, publishes,
makes the public bundle and downloads it; `arena verify` then says whether what she has holds. She stops to
read before every click, types key by key, and waits for her app to show a new code, as people do; how long
is stated. Printed are the seconds of each step, of them those that she waited for the arena. `--round` fills
FOLDER once and plays on copies of it.
"""

import argparse
import shutil
import statistics
import tempfile
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import openpyxl
import pyotp
from playwright.sync_api import Locator, Page, expect, sync_playwright

from tests.bench.simulated_round import fill
from tests.browser.visitor import ARGUMENTS, CHROMIUM, Visitor
from tests.servers import Arena

READING = 2.0
"""Seconds that she reads before each click."""

KEY = 0.15
"""Seconds between two keys that she types."""

CELL = 2.0
"""Seconds for each number that she fills into the sheet."""

PATIENCE = 600_000
"""Milliseconds after which the arena is given up."""
NAME, PASSWORD = "kim.evaluator", "소나기 뒤에 뜬 무지개 7"
SIZE = {"width": 1200, "height": 800}


def code_of(uri: str, later_than: int = 0) -> tuple[str, int]:
    """Read a code off the authenticator app: the first that is later than a step; gives its step too."""
    app, step = pyotp.TOTP(parse_qs(urlsplit(uri).query)["secret"][0]), int(time.time()) // 30
    while step <= later_than:
        time.sleep(0.2)
        step = int(time.time()) // 30
    return app.generate_otp(step), step


@dataclass
class Lap:
    """A step: seconds in all, of them those that the arena was waited for, and clicks."""

    name: str
    seconds: float = 0.0
    waited: float = 0.0
    clicks: int = 0


@dataclass
class Evaluator:
    """Somebody at the console for the first time."""

    visitor: Visitor
    pictures: Path | None
    laps: list[Lap] = field(default_factory=list)
    taken: list[Path] = field(default_factory=list)

    @property
    def page(self) -> Page:
        """What she sees."""
        return self.visitor.page

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time a step."""
        self.laps.append(Lap(name))
        begun = time.perf_counter()
        yield
        self.laps[-1].seconds = time.perf_counter() - begun
        lap = self.laps[-1]
        print(f"{name:<46} {lap.seconds:6.1f} s  {lap.waited:6.1f} s  {lap.clicks:3}", flush=True)

    def read(self) -> None:
        """Read what is there."""
        time.sleep(READING)

    def click(self, place: Locator) -> None:
        """Read, then click."""
        self.read()
        self.laps[-1].clicks += 1
        place.click()

    def type(self, place: Locator, text: str) -> None:
        """Type a text, key by key."""
        place.click()
        for key in text:
            self.page.keyboard.insert_text(key)
            time.sleep(KEY)

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Count what the arena is waited for."""
        begun = time.perf_counter()
        yield
        self.laps[-1].waited += time.perf_counter() - begun

    def sees(self, place: Locator, text: str) -> None:
        """Wait until a text is there."""
        with self.waiting():
            expect(place).to_contain_text(text, timeout=PATIENCE)

    def goes(self, link: str) -> None:
        """Go to another page of the console by its menu."""
        with self.page.expect_navigation():
            self.click(self.page.locator("nav.pages").get_by_role("link", name=link, exact=True))
        with self.waiting():
            expect(self.page.locator("gradio-app .prose").first).to_be_attached(timeout=PATIENCE)

    def keep(self, name: str, heading: str = "") -> None:
        """Take a picture, of the page from its top or from a heading on."""
        if self.pictures is None:
            return
        self.page.evaluate("scrollTo(0, 0)")
        if heading:
            self.page.get_by_role("heading", name=heading, exact=True).evaluate("it => it.scrollIntoView()")
        self.page.wait_for_timeout(200)
        file = self.pictures / f"tour-{len(self.taken) + 1}-{name}.png"
        self.page.screenshot(path=file)
        self.taken.append(file)


def sign_in(one: Evaluator, handed: list[str]) -> None:
    """Sign in with what the operator has handed over, and change the password."""
    name, password, uri = handed
    page = one.page
    with one.step("signing in"):
        one.visitor.go("/ko/sign-in")
        one.read()
        code, step = code_of(uri)
        for field_name, text in (("name", name), ("password", password), ("code", code)):
            one.type(page.locator(f"#{field_name}"), text)
        one.keep("sign-in")
        one.click(page.locator("form .main"))
        expect(page.locator("#current")).to_be_visible(timeout=PATIENCE)
    with one.step("changing the first password, with the next code"):
        for field_name, text in (("current", password), ("new", PASSWORD), ("again", PASSWORD)):
            one.type(page.locator(f"#{field_name}"), text)
        one.type(page.locator("#code"), code_of(uri, later_than=step)[0])
        one.click(page.locator("form[action$=password] .main"))
        with one.waiting():
            expect(page.locator(".js-plotly-plot").first).to_be_visible(timeout=PATIENCE)


def look(one: Evaluator) -> None:
    """Look at the health of the round, down to its end."""
    with one.step("health of the round"):
        one.keep("health", "시간에 따른 표")
        for _ in range(4):
            one.read()
            one.page.mouse.wheel(0, 900)


def lead(one: Evaluator, says: str, picture: str = "") -> None:
    """Look at the next step, type its code, take it."""
    page = one.page
    told, code = page.locator("#lead-told"), page.locator("#lead-code :is(textarea, input)")
    one.click(page.locator("#lead-ask"))
    one.sees(told, "확인 번호")
    one.read()
    one.type(code, told.locator("strong").last.inner_text().strip())
    if picture:
        one.keep(picture, "회차 진행")
    one.click(page.locator("#lead-take"))
    one.sees(told, "마쳤습니다")
    one.sees(page.locator("gradio-app table").first, says)


def standings(one: Evaluator) -> None:
    """Read the standings, down to their end."""
    with one.step("standings"):
        one.goes("순위")
        one.sees(one.page.locator("gradio-app"), "최하위")
        with one.waiting():
            expect(one.page.locator(".js-plotly-plot")).to_have_count(3, timeout=PATIENCE)
        one.keep("standings")
        for _ in range(4):
            one.read()
            one.page.mouse.wheel(0, 900)
        one.keep("pairs", "둘씩 견준 결과")


def score(one: Evaluator, folder: Path) -> None:
    """Download the sheet, fill it in, hand it in, read the whole."""
    page = one.page
    with one.step("score, with a sheet of benchmark and experts"):
        one.goes("점수")
        one.sees(page.locator("gradio-app"), "25점")
        with page.expect_download() as coming:
            one.click(page.get_by_role("link", name="XLSX"))
        file = folder / "scores.xlsx"
        coming.value.save_as(file)
        book = openpyxl.load_workbook(file)
        for place, row in enumerate(book.active.iter_rows(min_row=2, min_col=4, max_col=5)):
            for cell, number in zip(row, (33.6 - 0.7 * place, 31.2 - 0.4 * place), strict=True):
                time.sleep(CELL)
                cell.value = round(number, 1)
        book.save(file)
        one.laps[-1].clicks += 1
        page.locator("#sheet-file").set_input_files(file)
        one.click(page.locator("#sheet button"))
        one.sees(page.locator("#sheet-said"), "받았습니다")
        one.sees(page.locator("gradio-app"), "합계 100점 만점에서")
        one.keep("score", "종합 점수")
        one.read()


def export(one: Evaluator, folder: Path) -> Path:
    """Make the public bundle and download it."""
    page = one.page
    with one.step("export and download"):
        one.goes("내보내기")
        part = page.locator('[data-kind="public"]')
        one.click(part.locator(".make"))
        with one.waiting():
            expect(part.locator(".whole")).to_be_visible(timeout=PATIENCE)
        with page.expect_download() as coming:
            one.click(part.locator(".whole"))
        archive = folder / coming.value.suggested_filename
        coming.value.save_as(archive)
        one.keep("export")
    return archive


def tour(one: Evaluator, handed: list[str], folder: Path) -> Path:
    """Do it all, and give what was downloaded."""
    print(f"{'':<46} {'all':>8}  {'waiting':>8}  clicks")
    sign_in(one, handed)
    look(one)
    with one.step("closing the round"):
        one.goes("회차 진행")
        lead(one, "닫힘", "close")
    with one.step("committing to the result"):
        lead(one, "공개 전")
    standings(one)
    score(one, folder)
    with one.step("publishing"):
        one.goes("회차 진행")
        lead(one, "다음 단계가 없습니다")
    return export(one, folder)


def checked(arena: Arena, archive: Path, folder: Path) -> None:
    """Verify what she has, with the log's key; fails loudly."""
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(folder / "unpacked")
    (inside,) = (folder / "unpacked").iterdir()
    key = arena.command("key", "show").stdout.split()[-1]
    begun = time.perf_counter()
    found = arena.command("verify", str(inside), "--key", key)
    print(found.stdout)
    assert found.returncode == 0, found.stderr
    files, size = len(list(inside.iterdir())), archive.stat().st_size / 2**20
    print(f"arena verify: holds, {time.perf_counter() - begun:.1f} s; {files} files, {size:.1f} MB packed")


def told(one: Evaluator) -> None:
    """Print the sum."""
    laps = one.laps
    whole, waited = sum(lap.seconds for lap in laps), sum(lap.waited for lap in laps)
    print(
        f"{'from signing in to the downloaded score':<46} {whole:6.1f} s  {waited:6.1f} s  "
        f"{sum(lap.clicks for lap in laps):3}"
    )
    print(
        f"({READING:g} s of reading before each click, {KEY:g} s a key, {CELL:g} s a number of the sheet; "
        f"the slowest step {max(lap.seconds for lap in laps):.0f} s, "
        f"the median {statistics.median(lap.seconds for lap in laps):.0f} s)"
    )
    for picture in one.taken:
        print(f"{picture}  {picture.stat().st_size // 1000} kB")


def main() -> None:
    """Fill a round, serve it, and play the tour."""
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("--votes", type=int, default=20_000)
    asked.add_argument("--round", type=Path)
    asked.add_argument("--pictures", type=Path)
    said = asked.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder, kept = Path(place), said.round or Path(place) / "filled"
        if not (kept / "models.yaml").exists():
            fill(kept, said.votes)
        shutil.copytree(kept, folder / "round")
        arena = Arena(folder / "round", ARENA_MODELS=str(folder / "round" / "models.yaml"))
        handed = arena.command("account", "add", NAME, "--role", "evaluator").stdout.split("\n")[:3]
        if said.pictures:
            said.pictures.mkdir(parents=True, exist_ok=True)
        try:
            arena.start(patience=PATIENCE / 1000)
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*ARGUMENTS])
                one = Evaluator(Visitor(browser, arena.url, viewport=SIZE), said.pictures)
                one.page.set_default_timeout(PATIENCE)
                archive = tour(one, handed, folder)
                told(one)
                print(f"troubles on her pages: {one.visitor.troubles or 'none'}")
                browser.close()
        finally:
            arena.stop()
        checked(arena, archive, folder)


if __name__ == "__main__":
    main()
