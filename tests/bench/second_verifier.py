"""How long the second verifier takes in Chromium: `python -m tests.bench.second_verifier [battles]`."""

import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from tests.browser.second_verifier import PAGE
from tests.browser.visitor import ARGUMENTS, CHROMIUM
from tests.scribe import Plan
from tests.scribe_folder import contest, folder, scribed

LONG = 600_000


def seconds(page: Page, place: Path) -> float:
    """Choose a folder, wait for the verdict, give the time between."""
    with page.expect_file_chooser() as chooser:
        page.locator("#pick").click()
    begun = time.perf_counter()
    chooser.value.set_files(place)
    expect(page.locator(".check[data-check=result]")).not_to_have_attribute(
        "data-state", "waiting", timeout=LONG
    )
    return time.perf_counter() - begun


def main(battles: int) -> None:
    """Print entries, bytes and seconds of an auditor's and a public folder."""
    told = scribed(
        contest(5, days=30, votes_per_person=100), Plan(battles=battles, voters=2000, pace=40, every=100)
    )
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as place:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*ARGUMENTS])
        for auditors in (True, False):
            files = folder(told, auditors=auditors)
            for name, content in files.items():
                (Path(place) / name).write_bytes(content)
            page = browser.new_page(locale="en-GB")
            page.goto(PAGE.as_uri())
            took = seconds(page, Path(place))
            size = sum(map(len, files.values())) / 2**20
            words = page.get_by_role("status").inner_text()
            print(f"{len(told.told.entries):,} entries, {size:.1f} MiB, {took:.1f} s: {words}")
            page.close()
        browser.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
