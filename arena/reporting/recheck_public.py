"""What everyone can check of votes, scores and result: all that follows from pairs, verdicts and tracks.

Who cast a vote, and when, is not in a public folder; what rests on that is compared between the files
that say it, and not computed again.
"""

import csv
import hashlib
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from arena.contest.contest import Contest
from arena.contest.outcomes import Cell
from arena.contest.roster import ContestantId
from arena.errors import NoScore
from arena.ledger.checks import Check, Words
from arena.ledger.entries import EntryType
from arena.ledger.findings import Findings, Notice
from arena.ledger.frozen import contest_document, differences, document_hash
from arena.ledger.lines import ENCODED, NOT_UTF8, OTHER_FORM, Unreadable, json_of, strict
from arena.ledger.shapes import HASH
from arena.ledger.verify import Checked
from arena.reporting.compared import (
    OTHER_BYTES,
    RESULT,
    STANDINGS,
    VOTES,
    compare_scores,
    compare_votes,
)
from arena.reporting.file_flaws import FileFlaw
from arena.reporting.folder import Folder
from arena.reporting.point_fit import refused_beside, standings_beside
from arena.reporting.result import result_of, without
from arena.reporting.score_files import refused, score_files
from arena.reporting.tally import Standings
from arena.reporting.votes_table import PUBLIC_COLUMNS, VERDICTS, PublicVote, public_csv

NO_ROW = Words("표의 형식이 아닙니다", "it is no row of votes")
CANNOT_BE = Words("값이 빠졌거나 있을 수 없는 값입니다({0})", "a figure is missing or cannot be ({0})")
NO_REFUSAL = Words(
    "점수를 내지 않은 까닭이 표와 맞지 않습니다", "the votes do not refuse scores for that reason"
)
EVERYONE = "everyone"
"""Stands for the voter of every vote: who she was is not told."""

FIELDS = {"number", "results", "round", "rules", "versions", "votes", "votes_excluded", "votes_public"}
RESULTS = {"after_exclusions", "as_cast", "removed"}


def recheck_public(
    contest: Contest, checked: Checked, folder: Folder, results: Mapping[int, bytes], findings: Findings
) -> None:
    """Check votes, scores and the last of the opened `results` of a public folder."""
    findings.note(Notice.COUNTS_ONLY)
    findings.note(Notice.UNCOMMITTED)
    if len(results) > 1:
        findings.note(Notice.EARLIER_RESULTS)
    content = folder.whole(VOTES)
    votes = list(_votes(contest, content, findings))
    if findings.fails(Check.SCORES):
        return
    compare_votes(VOTES, content, public_csv(votes), findings)
    _check_number(contest, checked.seen, len(votes), findings)
    last = checked.told.settled[-1].number if checked.told.settled else 0
    if last not in results and _may_lack_contestants(contest, checked, votes):
        findings.note(Notice.REMOVED_UNKNOWN)
        return
    removed = _removed(contest, results.get(last, b""))
    standings = _standings(contest, votes, removed, folder, findings)
    if standings is None:
        return
    compare_scores(folder, score_files(contest, standings), findings)
    if last in results:
        shown = hashlib.sha256(content).hexdigest()
        known = _known(contest, last, standings, removed, shown)
        _check_result(results[last], known, findings)


# Votes


def _votes(contest: Contest, content: bytes, findings: Findings) -> Iterator[PublicVote]:
    try:
        text = io.StringIO(content.decode(), newline="")
    except UnicodeDecodeError as error:
        findings.found(FileFlaw.BROKEN_VOTES, VOTES, 0, NOT_UTF8.with_details(error.start + 1))
        return
    lines = csv.reader(text, strict=True)
    try:
        _check_head(next(lines, []))
        for row in lines:
            yield _vote(contest, row)
    except (ValueError, LookupError, csv.Error):
        findings.found(FileFlaw.BROKEN_VOTES, VOTES, lines.line_num, NO_ROW)


def _check_head(head: Sequence[str]) -> None:
    if tuple(head) != PUBLIC_COLUMNS:
        raise ValueError(head)


def _vote(contest: Contest, row: Sequence[str]) -> PublicVote:
    a, b, winner, anony, track = row
    roster = contest.roster.rated
    is_known = a in roster and b in roster and a != b and track in contest.rules.scoring
    verdict = VERDICTS[winner]
    if not is_known or anony != "True" or verdict not in contest.rules.verdicts:
        raise ValueError(row)
    return PublicVote(a, b, verdict, track)


def _check_number(contest: Contest, seen: Mapping[str, int], rows: int, findings: Findings) -> None:
    """Compare the number of rows with the ledger; how many votes were excluded is not told to everyone."""
    cast = seen.get(EntryType.VOTE_CAST, 0) - seen.get(EntryType.VOTE_WITHDRAWN, 0)
    all_score = set(contest.rules.tracks) == set(contest.rules.scoring) and not contest.rules.controls
    all_count = all_score and EntryType.EXCLUDED not in seen
    if rows > cast or (all_count and rows != cast):
        findings.found(FileFlaw.NUMBER_OF_VOTES, VOTES, 0, rows, cast)


def _may_lack_contestants(contest: Contest, checked: Checked, votes: Iterable[PublicVote]) -> bool:
    """Tell whether somebody may have been removed: no vote on a contestant that was is among those here."""
    met = {side for vote in votes for side in (vote.side_a, vote.side_b)}
    return EntryType.EXCLUDED in checked.seen and not met.issuperset(contest.roster.rated)


# Scores


def _standings(
    contest: Contest,
    votes: Iterable[PublicVote],
    removed: Sequence[ContestantId],
    folder: Folder,
    findings: Findings,
) -> Standings | None:
    """Give the standings that the votes make, with the intervals that `standings.json` shows."""
    counted = Counter((vote.side_a, vote.side_b, vote.verdict) for vote in votes)
    cells = [Cell(EVERYONE, *sides_and_verdict, number) for sides_and_verdict, number in counted.items()]
    try:
        said = json_of(folder.whole(STANDINGS))
        return standings_beside(without(contest, removed), cells, said)
    except NoScore as error:
        return refused(str(error))
    except Unreadable as error:
        findings.found(FileFlaw.OTHER_SCORES, STANDINGS, 0, error.why)
    except ValueError as error:
        reason = said.get("refused") if isinstance(said, dict) else None
        if not isinstance(reason, str):
            findings.found(FileFlaw.OTHER_SCORES, STANDINGS, 0, CANNOT_BE.with_details(error))
        elif refused_beside(without(contest, removed), cells, reason):
            findings.note(Notice.TOO_FEW_VOTERS)
            return refused(reason)
        else:
            findings.found(FileFlaw.OTHER_SCORES, STANDINGS, 0, NO_REFUSAL)
    return None


# The result


def _removed(contest: Contest, result: bytes) -> list[ContestantId]:
    """Give the contestants that a committed result leaves out; what else is in it is compared later."""
    try:
        removed = strict(result)["results"]["removed"]
        return sorted(one for one in contest.roster.rated if one in removed)
    except (Unreadable, LookupError, TypeError):
        return []


def _known(
    contest: Contest, number: int, standings: Standings, removed: Sequence[ContestantId], votes: str
) -> dict[str, Any]:
    """Give what everyone can know of a result."""
    scored = standings.document if "refused" in standings.document else result_of(standings)
    return {
        "number": number,
        "results": {"after_exclusions": scored, "removed": list(removed)},
        "round": contest.rules.round_id,
        "rules": document_hash(contest_document(contest)),
        "votes_public": votes,
    }


def _check_result(content: bytes, known: Mapping[str, Any], findings: Findings) -> None:
    """Check that a result has its form, and says what is known."""
    try:
        document = strict(content)
    except Unreadable as error:
        findings.found(FileFlaw.OTHER_SCORES, RESULT, 0, error.why)
        return
    if not _is_result(document):
        findings.found(FileFlaw.OTHER_SCORES, RESULT, 0, OTHER_FORM)
        return
    again = {**document, **known, "results": {**document["results"], **known["results"]}}
    if ENCODED(again).encode() != content:
        findings.found(
            FileFlaw.OTHER_SCORES, RESULT, 0, next(iter(differences(document, again)), OTHER_BYTES)
        )


def _is_result(document: object) -> bool:
    """Tell whether a document has the fields of a result, and of their kind those that are not known here."""
    if not isinstance(document, dict) or document.keys() != FIELDS:
        return False
    results, versions = document["results"], document["versions"]
    hashes = (document["votes"], document["votes_excluded"])
    return (
        isinstance(results, dict)
        and results.keys() == RESULTS
        and isinstance(results["as_cast"], dict)
        and isinstance(versions, dict)
        and all(isinstance(one, str) for one in versions.values())
        and all(isinstance(one, str) and HASH(one) is not None for one in hashes)
    )
