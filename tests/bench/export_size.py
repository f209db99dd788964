"""What an export costs at 10^5 and 10^6 votes: seconds, bytes, and memory at its peak.

    python -m tests.bench.export_size [--votes 1e5 1e6] [--kind public|auditors] [--bare]

A round of so many battles is written to files in a process of its own (some fewer have votes that count);
then it is exported from them, line by line as from a database, with Parquet, charts and report (`--bare`:
without), in another process, whose peak is the export's own, and packed. A third checks what was written.
"""

import argparse
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from arena.ledger.findings import Findings
from arena.ledger.frozen import contest_of
from arena.ledger.lines import read_opening, strict
from arena.reporting.archive import pack
from arena.reporting.export import Exported, write
from arena.reporting.verifying import check_folder
from arena.store.record import Line
from tests.scribe import Plan
from tests.scribe_folder import contest, folder, scribed

MIB = 2**20
VOTES_EACH = 20


def peak() -> float:
    """Give the most memory that this process has held, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def told(place: Path, battles: int) -> None:
    """Write a round, everything opened."""
    asked = contest(5, days=3650, votes_per_person=1000)
    plan = Plan(battles=battles, voters=max(10, battles // VOTES_EACH), pace=30, every=1000, withdrawals=3)
    for name, content in folder(scribed(asked, plan)).items():
        (place / name).write_bytes(content)


def lines(place: Path) -> Iterator[Line]:
    """Read the entries with their openings, one by one; one of another round has none."""
    with (place / "ledger.jsonl").open("rb") as ledger, (place / "openings.jsonl").open("rb") as openings:
        opened = next(openings, b"")
        for number, line in enumerate(ledger):
            salt, content = b"", b""
            if opened and read_opening(opened).seq == number:
                _, salt, content = read_opening(opened)
                opened = next(openings, b"")
            yield Line(number, line[:-1], "", salt, content)


def exported(place: Path, kind: str, *, shows: bool) -> None:
    """Export it, and print what that costs."""
    checkpoints = (place / "checkpoints.jsonl").read_bytes().splitlines()
    what = Exported(
        contest=contest_of(strict((place / "rules.json").read_bytes())),
        lines=lambda: lines(place),
        notes=[strict(line)["note"] for line in checkpoints],
        results={1: (place / "result.json").read_bytes()},
        for_auditors=kind == "auditors",
        shows=shows,
    )
    before, start = peak(), time.perf_counter()
    written = write(place / "out", what)
    took, most = time.perf_counter() - start, peak()
    pack(place / "out", place / "out.zip", "round")
    packing = time.perf_counter() - start - took
    size = sum(file.stat().st_size for file in (place / "out").iterdir())
    print(
        f"{written.votes:>9,} votes, {kind}: export {took:6.1f} s, archive {packing:5.1f} s; "
        f"{size / MIB:7.1f} MiB, packed {(place / 'out.zip').stat().st_size / MIB:6.1f} MiB; "
        f"memory before {before:4.0f}, at its peak {most:5.0f}, packed {peak():5.0f} MiB",
        flush=True,
    )


def checked(place: Path) -> None:
    """Check what was written."""
    findings = Findings()
    check_folder(place / "out", findings)
    assert findings.kept == [], findings.kept[0].said("en")


def alone(work: Callable[..., None], *asked: object, **more: object) -> None:
    """Work in a process of its own."""
    process = multiprocessing.get_context("spawn").Process(target=work, args=asked, kwargs=more)
    process.start()
    process.join()
    assert process.exitcode == 0


def main() -> None:
    """Measure every size."""
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("--votes", type=float, nargs="+", default=[1e5, 1e6])
    asked.add_argument("--kind", choices=["public", "auditors"], default="public")
    asked.add_argument("--bare", action="store_true")
    said = asked.parse_args()
    for votes in said.votes:
        with tempfile.TemporaryDirectory() as place:
            alone(told, Path(place), int(votes))
            alone(exported, Path(place), said.kind, shows=not said.bare)
            alone(checked, Path(place))


if __name__ == "__main__":
    main()
