"""Take the README's pictures: `python -m tests.browser.screenshots [FOLDER]` (default docs/images).

A fresh arena with the embedded demo, in Korean, on a phone (360 px) and a desk (1440 px).
"""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser.visitor import ARGUMENTS, CHROMIUM, Visitor
from tests.servers import ROOT, Arena

WIDTHS = {"360": {"width": 360, "height": 780}, "1440": {"width": 1440, "height": 900}}
QUESTION = "세종대왕은 왜 한글을 만들었나요?"


def shoot(page: Page, file: Path, *, whole: bool = False) -> None:
    """Take one picture from the top of the page."""
    page.evaluate("scrollTo(0, 0)")
    page.evaluate("document.activeElement?.blur()")
    page.wait_for_timeout(300)
    page.screenshot(path=file, full_page=whole)
    print(f"{file}  {file.stat().st_size // 1024} KiB")


def battle(citizen: Visitor, folder: Path, width: str) -> None:
    """Play one battle and take its pictures."""
    citizen.consent()
    citizen.settled()
    shoot(citizen.page, folder / f"start-{width}.png")
    citizen.ask(QUESTION)
    citizen.growing()
    citizen.page.wait_for_timeout(2_500)
    shoot(citizen.page, folder / f"answering-{width}.png")
    citizen.answered()
    shoot(citizen.page, folder / f"open-{width}.png", whole=True)
    citizen.vote()
    shoot(citizen.page, folder / f"voted-{width}.png", whole=True)
    citizen.go("/ko/rules")
    citizen.settled()
    shoot(citizen.page, folder / f"rules-{width}.png")


def main(folder: Path) -> None:
    """Take all pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as data, sync_playwright() as playwright:
        arena = Arena(Path(data), ARENA_DEMO_SPEED="2")
        arena.start()
        try:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*ARGUMENTS])
            for width, viewport in WIDTHS.items():
                citizen = Visitor(browser, arena.url, viewport=viewport)
                battle(citizen, folder, width)
                citizen.close()
            browser.close()
        finally:
            arena.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "images")
