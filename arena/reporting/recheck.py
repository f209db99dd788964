"""Votes, scores and results of a folder, computed again: from the openings, or from the public votes.

What is computed again must be the same to the byte.
"""

import csv
import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence

from arena.contest.contest import Contest
from arena.contest.exclusion import Rule
from arena.contest.outcomes import Ballot
from arena.ledger.entries import EntryType
from arena.ledger.findings import Findings, Notice
from arena.ledger.flaws import Check, Flaw, Words
from arena.ledger.frozen import differences
from arena.ledger.lines import ENCODED, NOT_UTF8, OTHER_FORM, Unreadable, strict
from arena.ledger.told import Told
from arena.ledger.verify import Checked
from arena.reporting.folder import Folder
from arena.reporting.result import result_commitment
from arena.reporting.retold import ORDER, Votes, result_name, votes_at, votes_of
from arena.reporting.score_files import score_files, scored
from arena.reporting.votes_table import EXCLUDED_COLUMNS, LANGUAGE_NAMES, VERDICTS, VOTE_COLUMNS

VOTES, EXCLUDED, RESULT = "votes.csv", "votes_excluded.csv", "result.json"
LANGUAGES = {name: language for language, name in LANGUAGE_NAMES.items()}
OTHER_BYTES = Words("내용이 다릅니다", "its content differs")
UNPACKED = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
NO_ROW = Words("표의 형식이 아닙니다", "it is no row of votes")

Ruled = tuple[Ballot, str]
"""A ballot and the rule that took it out."""


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
    elif not findings.is_open(Check.SCORES):
        _recheck_public(contest, checked, folder, results, findings)


# Results


def _committed(told: Told, folder: Folder, findings: Findings) -> dict[int, bytes]:
    """Give the opened results, by number, that are the ones that were committed."""
    found: dict[int, bytes] = {}
    expected = {
        result_name(told, settled): settled for settled in told.settled if settled.number in told.salts
    }
    for name in folder.results:
        if name not in expected:
            findings.found(Flaw.UNEXPECTED_RESULT, name)
    for name, settled in expected.items():
        if name not in folder.results:
            findings.found(Flaw.NO_RESULT, name)
            continue
        content = folder.whole(name)
        if result_commitment(told.salts[settled.number], content) == settled.commitment:
            found[settled.number] = content
        else:
            findings.found(Flaw.OTHER_RESULT, name)
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
        findings.found(Flaw.OTHER_SCORES, name, 0, error.why)
        return
    versions = document.get("versions") if isinstance(document, dict) else None
    if not isinstance(versions, dict) or not all(isinstance(one, str) for one in versions.values()):
        findings.found(Flaw.OTHER_SCORES, name, 0, OTHER_FORM)
        return
    again = votes.result(contest, number, versions)
    if ENCODED(again).encode() != content:
        findings.found(Flaw.OTHER_SCORES, name, 0, next(iter(differences(document, again)), OTHER_BYTES))


# With all openings


def _recheck_opened(
    contest: Contest, told: Told, folder: Folder, results: Mapping[int, bytes], findings: Findings
) -> None:
    now = votes_of(contest, told)
    _compare(VOTES, folder.whole(VOTES), now.votes_csv, findings)
    _compare(EXCLUDED, folder.whole(EXCLUDED), now.excluded_csv, findings)
    _check_scores(contest, now, folder, findings)
    for settled in told.settled:
        if settled.number in results:
            name, votes = result_name(told, settled), votes_at(contest, told, settled)
            _check_result(contest, settled.number, name, results[settled.number], votes, findings)


def _compare(name: str, found: bytes, again: bytes, findings: Findings) -> None:
    """Check that a file of votes is the one that follows, and find the first line that is not."""
    if found != again:
        pairs = zip(found.split(b"\n"), again.split(b"\n"), strict=False)
        same = next((number for number, (one, other) in enumerate(pairs) if one != other), 0)
        findings.found(Flaw.OTHER_VOTES, name, same + 1)


# Without openings of battles and votes


def _recheck_public(
    contest: Contest, checked: Checked, folder: Folder, results: Mapping[int, bytes], findings: Findings
) -> None:
    counting = list(_rows(contest, folder, VOTES, VOTE_COLUMNS, findings))
    excluded = list(_rows(contest, folder, EXCLUDED, EXCLUDED_COLUMNS, findings))
    if findings.fails(Check.SCORES):
        return
    told = checked.told
    last = told.settled[-1].number if told.settled else 0
    removed = _removed(results.get(last, b""))
    votes = Votes([ballot for ballot, _ in counting], excluded, removed)
    _compare(VOTES, folder.whole(VOTES), votes.votes_csv, findings)
    _compare(EXCLUDED, folder.whole(EXCLUDED), votes.excluded_csv, findings)
    _check_number(contest, checked.seen, len(counting) + len(excluded), findings)
    if last not in results and any(rule == Rule.CONTESTANT_REMOVED for _, rule in excluded):
        findings.note(Notice.REMOVED_UNKNOWN)
        return
    _check_scores(contest, votes, folder, findings)
    if last in results:
        _check_result(contest, last, RESULT, results[last], votes, findings)
    if len(results) > 1:
        findings.note(Notice.EARLIER_RESULTS)


def _removed(result: bytes) -> list[str]:
    """Give the contestants that a committed result leaves out; what else is in it is compared later."""
    try:
        removed = strict(result)["results"]["removed"]
        return [one for one in removed if isinstance(one, str)]
    except (Unreadable, LookupError, TypeError):
        return []


def _rows(
    contest: Contest, folder: Folder, name: str, columns: tuple[str, ...], findings: Findings
) -> Iterator[Ruled]:
    """Read a file of votes; the rule is "" where there is no column for it."""
    try:
        text = io.StringIO(folder.whole(name).decode(), newline="")
    except UnicodeDecodeError as error:
        findings.found(Flaw.BROKEN_VOTES, name, 0, NOT_UTF8.with_details(error.start + 1))
        return
    lines = csv.reader(text, strict=True)
    try:
        _check_head(next(lines, []), columns)
        for row in lines:
            yield _read(contest, row, columns)
    except (ValueError, LookupError, csv.Error):
        findings.found(Flaw.BROKEN_VOTES, name, lines.line_num, NO_ROW)


def _check_head(head: Sequence[str], columns: Sequence[str]) -> None:
    if tuple(head) != columns:
        raise ValueError(head)


def _read(contest: Contest, row: Sequence[str], columns: Sequence[str]) -> Ruled:
    cell = dict(zip(columns, row, strict=True))
    roster, rule = contest.roster.ids, cell.get("rule", "")
    known = cell["model_a"] in roster and cell["model_b"] in roster and cell["model_a"] != cell["model_b"]
    if not known or cell["track"] not in contest.rules.scoring or (rule and rule not in ORDER):
        raise ValueError(row)
    return (
        Ballot(
            side_a=cell["model_a"],
            side_b=cell["model_b"],
            verdict=VERDICTS[cell["winner"]],
            voter=cell["judge"],
            turns=int(cell["turn"]),
            category=cell["category"],
            language=LANGUAGES[cell["language"]],
            track=cell["track"],
            cast_at=int(cell["tstamp"]),
        ),
        rule,
    )


def _check_number(contest: Contest, seen: Mapping[str, int], rows: int, findings: Findings) -> None:
    cast = seen.get(EntryType.VOTE_CAST, 0) - seen.get(EntryType.VOTE_WITHDRAWN, 0)
    all_score = set(contest.rules.tracks) == set(contest.rules.scoring)
    if rows > cast or (all_score and rows != cast):
        findings.found(Flaw.NUMBER_OF_VOTES, VOTES, 0, rows, cast)


# Scores


def _check_scores(contest: Contest, votes: Votes, folder: Folder, findings: Findings) -> None:
    again = score_files(contest, scored(contest, votes.counted, votes.removed))
    for name, content in again.items():
        found = folder.whole(name)
        if found != content and not (name.endswith(".xlsx") and _same_sheets(found, content)):
            findings.found(Flaw.OTHER_SCORES, name, 0, OTHER_BYTES)


def _same_sheets(found: bytes, again: bytes) -> bool:
    """Tell whether two workbooks hold the same parts, however they were compressed."""
    try:
        with zipfile.ZipFile(io.BytesIO(found)) as one, zipfile.ZipFile(io.BytesIO(again)) as other:
            if _parts(one) != _parts(other) or not all(
                part.compress_type in UNPACKED for part in one.infolist()
            ):
                return False
            return all(one.read(name) == other.read(name) for name in other.namelist())
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, RuntimeError, EOFError):
        return False


def _parts(book: zipfile.ZipFile) -> list[tuple[str, int]]:
    """Give names and sizes, so that nothing is unpacked that is larger than it may be."""
    return sorted((part.filename, part.file_size) for part in book.infolist())
