"""What is shown of a round in its export folder beside the record: votes.parquet, charts, and the report.

It follows from the same votes as the scores. Verifiers compare it with the manifest and check no more of it:
where it says something else than votes and scores, those are right.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from arena.contest.contest import Contest
from arena.contest.exclusion import Rule
from arena.ledger.checkpoint import Checkpoint
from arena.ledger.frozen import contest_document, document_hash
from arena.ledger.note import Note, to_base64
from arena.ledger.verify import Checked
from arena.reporting import drawings
from arena.reporting.analysis import Analysis, analyse
from arena.reporting.boards import columns_of
from arena.reporting.memory import give_back
from arena.reporting.parquet import write_parquet
from arena.reporting.report import Facts, report
from arena.reporting.report_html import as_html
from arena.reporting.report_pdf import as_pdf
from arena.reporting.retold import Votes
from arena.reporting.votes_table import RULE

VOTES, PARQUET, HTML, PDF = "votes.csv", "votes.parquet", "report.html", "report.pdf"

Step = Callable[[float], None]
"""Hears how much of it is done, from 0 to 1."""


@dataclass(frozen=True, slots=True)
class Material:
    """What is shown is made of: the record as it was read, and its last checkpoint and time."""

    contest: Contest
    checked: Checked
    votes: Votes
    has_scores: bool
    checkpoint: str
    as_of: int


def present(folder: Path, material: Material, step: Step = lambda _: None) -> None:
    """Write the files to a folder that has its votes; without scores there are only votes to show."""
    write_parquet(folder / VOTES, folder / PARQUET)
    give_back()
    step(0.2)
    if not material.has_scores:
        return
    found = _analysis(material)
    give_back()
    step(0.6)
    for name in drawings.NAMES:
        for kind in drawings.KINDS:
            (folder / f"{name}.{kind}").write_bytes(drawings.drawing(found, name, kind))
    give_back()
    step(0.8)
    written = report(_facts(material, found))
    (folder / HTML).write_bytes(as_html(written))
    (folder / PDF).write_bytes(as_pdf(written))
    step(1.0)


def _analysis(material: Material) -> Analysis:
    return analyse(material.contest, columns_of(material.votes.table), material.votes.removed)


def _facts(material: Material, found: Analysis) -> Facts:
    checkpoint = Checkpoint.parse(Note.parse(material.checkpoint).text)
    out = Counter(material.votes.table.cells[RULE])
    told = material.checked.told
    return Facts(
        contest=material.contest,
        found=found,
        excluded={rule: out[rule.value] for rule in Rule if out[rule.value]},
        on_controls=material.votes.on_controls,
        seen=material.checked.seen,
        rules_hash=document_hash(contest_document(material.contest)),
        size=checkpoint.size,
        root=to_base64(checkpoint.root),
        key=str(material.checked.keys[-1]),
        results=[(settled.number, settled.commitment) for settled in told.settled],
        as_of=material.as_of,
    )
