"""Write the golden export folders: `python -m tests.golden.make_round` from the root of the checkout.

The same bytes every time; docs/record.md is what they follow, and no code of arena/ledger signs or hashes.
"""

from dataclasses import replace
from pathlib import Path

from arena.contest.rules import Track
from tests.scribe import Plan
from tests.scribe_folder import contest, folder, scribed

HERE = Path(__file__).parent / "round"
PLAN = Plan(
    battles=48,
    voters=7,
    seed=2,
    rotate_at=30,
    withdrawals=1,
    late_withdrawals=1,
    hasty=True,
    every=40,
    voids=0.08,
    alarms=2,
    acts=3,
)


def golden():
    """The round of the golden folders."""
    tracks = (Track.OPEN, Track.CITIZEN_PANEL)
    return scribed(contest(4, days=1, tracks=tracks, scoring=tracks, votes_per_person=12), PLAN)


def with_reference():
    """A round in which three contestants meet each other, and in controls themselves and a reference."""
    return scribed(
        contest(4, days=1, references=1, controls=4, votes_per_person=20), replace(PLAN, seed=3, keeps=2)
    )


def write(place: Path, files: dict[str, bytes]) -> None:
    """Write files to a folder, and take away what was there."""
    place.mkdir(parents=True, exist_ok=True)
    for old in place.iterdir():
        old.unlink()
    for name, content in files.items():
        (place / name).write_bytes(content)


if __name__ == "__main__":
    for told, name in ((golden(), ""), (with_reference(), "-reference")):
        write(HERE / f"auditors{name}", folder(told))
        write(HERE / f"public{name}", folder(told, auditors=False))
