"""Checking an exported folder from its files alone: record, votes, scores, result."""

from collections.abc import Sequence
from pathlib import Path

from arena.ledger.findings import Findings, Notice
from arena.ledger.note import Vkey
from arena.ledger.verify import Parts, check
from arena.reporting.folder import Folder, Watch
from arena.reporting.recheck import recheck


def check_folder(
    path: Path, findings: Findings, trusted: Sequence[Vkey] = (), watch: Watch = lambda _: None
) -> None:
    """Check the folder at `path`; what is wrong goes to `findings`, bytes read to `watch`.

    `trusted` are keys of the log that were not taken from the folder.

    Raises:
        BadFolder: there is no folder to check.
    """
    folder = Folder(path, findings, watch)
    folder.check_manifest()
    if folder.stamps:
        findings.note(Notice.STAMPS)
    if folder.tells_blindness:
        findings.note(Notice.BLINDNESS)
    if folder.shown:
        findings.note(Notice.SHOWN, ", ".join(folder.shown))
    parts = Parts(
        rules=folder.whole("rules.json"),
        keys=folder.whole("keys.txt"),
        ledger=folder.lines("ledger.jsonl"),
        openings=folder.lines("openings.jsonl"),
        checkpoints=folder.lines("checkpoints.jsonl"),
        last_checkpoint=folder.whole("checkpoint.txt"),
        trusted=trusted,
    )
    checked = check(parts, findings)
    if checked.contest is not None:
        folder.check_form(is_public=checked.is_public)
    recheck(checked, folder, findings)
