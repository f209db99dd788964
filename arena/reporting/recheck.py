"""Votes, scores and results of a folder, computed again: from the openings, or from the public votes.

What is computed again must be the same to the byte.
"""

from collections.abc import Mapping

from arena.contest.contest import Contest
from arena.contest.exclusion import Rule
from arena.ledger.checks import Check
from arena.ledger.findings import Findings, Notice
from arena.ledger.frozen import differences
from arena.ledger.lines import ENCODED, OTHER_FORM, Unreadable, strict
from arena.ledger.told import Told
from arena.ledger.verify import Checked
from arena.reporting.compared import OTHER_BYTES, compare_scores, compare_votes
from arena.reporting.file_flaws import FileFlaw
from arena.reporting.folder import Folder
from arena.reporting.recheck_public import recheck_public
from arena.reporting.result import result_commitment
from arena.reporting.retold import Votes, result_name, votes_at, votes_of
from arena.reporting.score_files import score_files, scored
from arena.reporting.votes_table import Fate


def recheck(checked: Checked, folder: Folder, findings: Findings) -> None:
    """Compute again what a folder says of votes, scores and results."""
    contest = checked.contest
    if contest is None:
        return
    results = _committed(checked.told, folder, findings)
    if any(rule == Rule.DECISION for rule in checked.told.excluded.values()):
        findings.note(Notice.DECISIONS)
    if findings.fails(Check.VOTES):
        findings.note(Notice.VOTES_UNUSED)
    elif checked.is_whole:
        _recheck_opened(contest, checked.told, folder, results, findings)
    elif checked.is_public and not findings.is_open(Check.SCORES):
        recheck_public(contest, checked, folder, results, findings)


# Results


def _committed(told: Told, folder: Folder, findings: Findings) -> dict[int, bytes]:
    """Give the opened results, by number, that are the ones that were committed."""
    found: dict[int, bytes] = {}
    expected = {
        result_name(told, settled): settled for settled in told.settled if settled.number in told.salts
    }
    for name in folder.results:
        if name not in expected:
            findings.found(FileFlaw.UNEXPECTED_RESULT, name)
    for name, settled in expected.items():
        if name not in folder.results:
            findings.found(FileFlaw.NO_RESULT, name)
            continue
        content = folder.whole(name)
        if result_commitment(told.salts[settled.number], content) == settled.commitment:
            found[settled.number] = content
        else:
            findings.found(FileFlaw.OTHER_RESULT, name)
    if not told.settled:
        findings.note(Notice.NO_RESULT_YET)
    elif told.settled[-1].number not in told.salts:
        findings.note(Notice.RESULT_SEALED)
    return found


def _check_result(
    contest: Contest, number: int, name: str, content: bytes, votes: Votes, findings: Findings
) -> None:
    try:
        document = strict(content)
    except Unreadable as error:
        findings.found(FileFlaw.OTHER_SCORES, name, 0, error.why)
        return
    versions = document.get("versions") if isinstance(document, dict) else None
    if not isinstance(versions, dict) or not all(isinstance(one, str) for one in versions.values()):
        findings.found(FileFlaw.OTHER_SCORES, name, 0, OTHER_FORM)
        return
    again = votes.result(contest, number, versions)
    if ENCODED(again).encode() != content:
        findings.found(FileFlaw.OTHER_SCORES, name, 0, next(iter(differences(document, again)), OTHER_BYTES))


# With all openings


def _recheck_opened(
    contest: Contest, told: Told, folder: Folder, results: Mapping[int, bytes], findings: Findings
) -> None:
    now = votes_of(contest, told)
    for name, pieces in now.files(is_public=False).items():
        compare_votes(name, folder.whole(name), b"".join(pieces()), findings)
    standings = scored(contest, now.counted(Fate.COUNTS), now.removed)
    compare_scores(folder, score_files(contest, standings), findings)
    for settled in told.settled:
        if settled.number in results:
            name, votes = result_name(told, settled), votes_at(contest, told, settled)
            _check_result(contest, settled.number, name, results[settled.number], votes, findings)
