"""Whether LibreOffice opens the score sheet of an export, and reads from it the numbers of `standings.json`.

    python -m tests.bench.office FOLDER [--keep PLACE]

`soffice` turns `scores.xlsx` into CSV, a file for each sheet, every digit of a cell; each figure must be the
double that `standings.json` holds. Then it turns it into PDF; with `--keep` both stay, to be looked at.
"""

import argparse
import csv
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

SHEET = "scores.xlsx"
FIGURES = {
    "points": "points",
    "points_lower_95": "points_lower",
    "points_upper_95": "points_upper",
    "rating": "rating",
    "rating_lower_95": "lower",
    "rating_upper_95": "upper",
    "votes": "votes",
}
"""Columns of the sheet and what they are called in `standings.json`."""

ALL_SHEETS = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1"
"""Commas, double quotes, UTF-8, numbers as they are and not as they are shown, each sheet a file."""

SECONDS = 300


def converted(office: str, sheet: Path, form: str, place: Path) -> None:
    """Have LibreOffice open a sheet and write it in another form."""
    profile = f"-env:UserInstallation={(place / 'profile').as_uri()}"
    asked = [office, profile, "--headless", "--convert-to", form, "--outdir", str(place), str(sheet)]
    done = subprocess.run(
        asked,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Error" not in done.stderr, done.stderr


def rows(file: Path) -> list[list[str]]:
    """Read a CSV."""
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.reader(lines))


def compared(place: Path, folder: Path) -> int:
    """Compare every figure of the first sheet with `standings.json`; gives how many there are."""
    head, *lines = rows(place / "scores-scores.csv")
    known = json.loads((folder / "standings.json").read_text("utf-8")).get("contestants", [])
    written = rows(folder / "scores.csv")
    assert head == written[0]
    assert [line[:3] for line in lines] == [line[:3] for line in written[1:]]
    assert len(lines) == len(known)
    figures = 0
    for line, one in zip(lines, known, strict=True):
        for name, key in FIGURES.items():
            assert float(line[head.index(name)]) == float(one[key]), (one["name"], name)
            figures += 1
    return figures


def main() -> None:
    """Open, compare, print."""
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("folder", type=Path)
    asked.add_argument("--keep", type=Path)
    said = asked.parse_args()
    office = shutil.which("soffice")
    if office is None:
        sys.exit("there is no soffice here: install libreoffice-calc")
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        converted(office, said.folder / SHEET, ALL_SHEETS, place)
        converted(office, said.folder / SHEET, "pdf", place)
        figures = compared(place, said.folder)
        methods = len(rows(place / "scores-methods.csv"))
        pdf = (place / "scores.pdf").stat().st_size
        if said.keep is not None:
            said.keep.mkdir(parents=True, exist_ok=True)
            for file in (*place.glob("*.csv"), place / "scores.pdf"):
                shutil.copy(file, said.keep)
    print(
        f"opened; {figures} figures, all as in standings.json; {methods} lines of methods; PDF {pdf:,} bytes"
    )


if __name__ == "__main__":
    main()
