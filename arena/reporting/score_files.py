"""The scores of an export as files: `standings.json`, `scores.csv` and `scores.xlsx`.

The same votes give the same bytes. Where they make no finite standings, the files say so.
"""

import json
from collections.abc import Sequence

from arena.contest.contest import Contest
from arena.contest.roster import ContestantId
from arena.errors import NoScore
from arena.reporting.methods import NOTICE
from arena.reporting.result import counted_standings
from arena.reporting.scores import scores_csv, scores_xlsx
from arena.reporting.tally import Counts, Standings


def scored(contest: Contest, counting: Counts, removed: Sequence[ContestantId]) -> Standings:
    """Give the standings of the votes that count, without rows where they make none."""
    try:
        return counted_standings(contest, counting, removed)
    except NoScore as error:
        return refused(str(error))


def refused(reason: str) -> Standings:
    """Give standings without rows, which say why there are none."""
    return Standings(rows=(), votes=0, left_out=0, voters=0, document={"refused": reason})


def score_files(contest: Contest, standings: Standings) -> dict[str, bytes]:
    """Give the files by name."""
    document = {"round": contest.rules.round_id, "notice": NOTICE, **standings.document}
    return {
        "scores.csv": scores_csv(standings).encode("utf-8-sig"),
        "scores.xlsx": scores_xlsx(contest.rules, standings),
        "standings.json": pretty(document),
    }


def pretty(document: dict[str, object]) -> bytes:
    """Give JSON for people: indented, keys in order, a newline at the end."""
    text = json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True, allow_nan=False)
    return f"{text}\n".encode()
