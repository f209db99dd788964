"""The export folder of a round (docs/record.md): its record, and what follows from it, for anyone to check.

Votes, scores and results are made of the record as a verifier reads it, not of the tables that the arena
serves from. The same record gives the same bytes.
"""

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from itertools import tee
from pathlib import Path

from arena.contest.contest import Contest
from arena.contest.rules import Openings, Rules
from arena.errors import BadSetting, LedgerError
from arena.ledger.battles import Battles
from arena.ledger.canonical import canonical
from arena.ledger.checks import Check
from arena.ledger.entries import EntryType
from arena.ledger.findings import Findings
from arena.ledger.frozen import contest_document, document_hash
from arena.ledger.lines import LEDGER, OPENINGS, opening_line, payload_of, read_entry
from arena.ledger.shapes import TO_ALL
from arena.ledger.signing import CHECKPOINTS
from arena.ledger.verify import Checked, Parts, check
from arena.reporting.folder import BLINDNESS
from arena.reporting.methods import NOTICE
from arena.reporting.result import COMPUTED_WITH
from arena.reporting.retold import Votes, result_name, votes_of
from arena.reporting.score_files import pretty, score_files, scored
from arena.reporting.tally import Standings
from arena.reporting.votes_table import Fate, Watch
from arena.store.record import Line

MAY_WAIT = frozenset({Check.WITNESSES})
"""What an export may lack when it is made: witnesses sign in their own time."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What is exported, up to the newest checkpoint.

    `lines` reads the entries that it covers, from the first on, and can be called again; `notes` are the
    checkpoints, ascending, `results` the committed documents by number, `stamps` the time stamps (RFC 3161)
    of what they are named for, `blindness` the report on it, if any. With `for_auditors` battles and
    votes are opened though the rules do not open them to all. What `shows` also holds what is shown
    of the votes: Parquet, charts, and the report.
    """

    contest: Contest
    lines: Callable[[], Iterator[Line]]
    notes: Iterable[str]
    results: Mapping[int, bytes]
    for_auditors: bool = False
    stamps: Mapping[str, bytes] = field(default_factory=dict)
    blindness: bytes | None = None
    shows: bool = False

    @property
    def opens_all(self) -> bool:
        """Tell whether battles and votes are opened."""
        return self.for_auditors or self.contest.rules.openings is Openings.PUBLIC


@dataclass(frozen=True, slots=True)
class Written:
    """The standings that were written, out of how many votes, whether witnesses have still to sign.

    `on_controls` counts the votes beside them that score nowhere: of one with itself, or with a reference.
    """

    standings: Standings
    votes: int
    on_controls: int
    waits_for_witnesses: bool


def write(folder: Path, exported: Exported, watch: Watch = lambda _: None) -> Written:
    """Write the export to `folder`, whole or not at all; `watch` hears how many votes have been read.

    Raises:
        BadSetting: the folder is there already and not empty, or cannot be written.
        LedgerError: the record does not hold, so no score follows from it.
    """
    folder = folder.resolve()
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise BadSetting(f"{folder} is there already; name a folder that is not, or an empty one")
        folder.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
        try:
            written = _write_files(draft, exported, watch)
            if folder.exists():
                folder.rmdir()
            draft.chmod(0o755)
            draft.rename(folder)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    except OSError as error:
        raise BadSetting(f"cannot write {folder}: {error.strerror}") from error
    return written


def _write_files(folder: Path, exported: Exported, watch: Watch) -> Written:
    (folder / "rules.json").write_bytes(canonical(contest_document(exported.contest)))
    as_of = _write_record(folder, exported)
    _write_checkpoints(folder, exported.notes)
    findings = Findings()
    checked = _checked(folder, exported, findings)
    told = checked.told
    votes = votes_of(exported.contest, told, watch)
    told.battles = Battles()  # what follows is made of the votes; the memory is wanted for charts
    standings = scored(exported.contest, votes.counted(Fate.COUNTS), votes.removed)
    (folder / "keys.txt").write_text("".join(f"{key}\n" for key in checked.keys), "utf-8")
    is_public = not exported.opens_all and not checked.seen.keys() <= TO_ALL
    for name, pieces in votes.files(is_public=is_public).items():
        with (folder / name).open("wb") as file:
            file.writelines(pieces())
    for name, content in score_files(exported.contest, standings).items():
        (folder / name).write_bytes(content)
    for settled in told.settled:
        if settled.number in told.salts:
            (folder / result_name(told, settled)).write_bytes(exported.results[settled.number])
    for name, token in exported.stamps.items():
        (folder / f"{name}.tsr").write_bytes(token)
    if exported.blindness is not None:
        (folder / BLINDNESS).write_bytes(exported.blindness)
    if exported.shows:
        _present(folder, exported, checked, votes, as_of=as_of, has_scores=bool(standings.rows))
    (folder / "manifest.json").write_bytes(
        pretty(_manifest(folder, exported.contest, votes, checked, is_public=is_public))
    )
    return Written(standings, votes.counting, votes.on_controls, findings.fails(Check.WITNESSES))


def _write_record(folder: Path, exported: Exported) -> int:
    """Write entries and openings; gives the time of the last entry, in seconds since 1970."""
    last = b""
    with (folder / LEDGER).open("wb") as ledger, (folder / OPENINGS).open("wb") as openings:
        for line, opening in _opened(exported):
            last = line.entry
            ledger.write(line.entry + b"\n")
            if opening is not None:
                openings.write(opening)
    return read_entry(last + b"\n").time


def _present(
    folder: Path, exported: Exported, checked: Checked, votes: Votes, *, as_of: int, has_scores: bool
) -> None:
    from arena.reporting import presented  # noqa: PLC0415 - drawing and setting take seconds to load

    checkpoint = (folder / "checkpoint.txt").read_text("utf-8")
    material = presented.Material(exported.contest, checked, votes, has_scores, checkpoint, as_of)
    presented.present(folder, material)


def _opened(exported: Exported, *, fully: bool = False) -> Iterator[tuple[Line, bytes | None]]:
    """Give each entry with its opening, None where it is not opened; `fully`: all of the round."""
    is_inside = False
    for line in exported.lines():
        kind = read_entry(line.entry + b"\n").kind
        if kind == EntryType.ROUND_OPENED:
            is_inside = payload_of(line.payload)["round"] == exported.contest.rules.round_id
        is_opened = kind in TO_ALL or (is_inside and (fully or exported.opens_all))
        yield line, opening_line(line.sequence, line.salt, line.payload) if is_opened else None


def _write_checkpoints(folder: Path, notes: Iterable[str]) -> None:
    last = ""
    with (folder / CHECKPOINTS).open("wb") as file:
        for note in notes:
            last = note
            file.write(canonical({"note": note}) + b"\n")
    (folder / "checkpoint.txt").write_text(last, "utf-8", newline="")


def _checked(folder: Path, exported: Exported, findings: Findings) -> Checked:
    """Read the record as a verifier does, with everything of the round opened.

    Raises:
        LedgerError: it does not hold.
    """
    one, other = tee(_opened(exported, fully=True))
    with (folder / CHECKPOINTS).open("rb") as checkpoints:
        parts = Parts(
            rules=(folder / "rules.json").read_bytes(),
            keys=None,
            ledger=(line.entry + b"\n" for line, _ in one),
            openings=(opening for _, opening in other if opening is not None),
            checkpoints=checkpoints,
            last_checkpoint=(folder / "checkpoint.txt").read_bytes(),
        )
        checked = check(parts, findings)
    wrong = [finding for finding in findings.kept if finding.check not in MAY_WAIT]
    if wrong or not checked.is_whole:
        said = wrong[0].said("en") if wrong else "not every entry of the round can be opened"
        raise LedgerError(f"the record does not hold, so nothing is exported: {said}")
    return checked


def _manifest(
    folder: Path, contest: Contest, votes: Votes, checked: Checked, *, is_public: bool
) -> dict[str, object]:
    files = sorted(folder.iterdir())
    return {
        "round": contest.rules.round_id,
        "rules_hash": document_hash(contest_document(contest)),
        "votes": votes.counting,
        "votes_excluded": votes.excluded,
        "votes_on_controls": votes.on_controls,
        "files": {file.name: _sha256(file) for file in files},
        "versions": {name: version(name) for name in (*COMPUTED_WITH, "xlsxwriter")},
        "check": {
            "record": f"arena-verify . --key {checked.keys[-1]}",
            **_recipes(contest.rules, is_public=is_public),
        },
        "notice": NOTICE,
    }


def _sha256(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _recipes(rules: Rules, *, is_public: bool) -> dict[str, str]:
    """Give the commands that compute standings and verdict again from the votes alone."""
    options = f"--ties {rules.ties} --both-bad {rules.both_bad} --points {rules.points}"
    fit = f"python -m ratings votes.csv {options}"
    if is_public:  # without voters the same command gives the same points, and no interval worth its name
        return {"points": f"{fit} --format json"}
    rule = rules.decision
    takes = f"--least-chance {rule.chance:f} --least-voters {rule.voters} --least-share {rule.share:f}"
    return {
        "standings": f"{fit} --format json",
        "decision": f"{fit} --decide {takes} --least-votes {rule.votes}",
    }
