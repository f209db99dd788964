"""`arena verify DIR`: check an exported round without its server, its database or its word.

Runs by itself as `python -m arena.cli.verify` and `arena-verify`, without what the arena is served with.
Exit code: that of the first check that fails (docs/record.md), 0 if none does, 2 for wrong usage.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from arena.errors import BadFolder, BadNote
from arena.ledger.checks import Check, Words
from arena.ledger.findings import Findings
from arena.ledger.note import Vkey
from arena.ledger.signing import read_key
from arena.reporting.verifying import check_folder

STOPPED = 130
UNCUT = 100_000

CHECKS: dict[Check, Words] = {
    Check.FOLDER: Words("폴더에 있어야 할 파일만 온전히 있다", "the folder holds its files and no others"),
    Check.ENTRIES: Words(
        "기록의 모든 줄이 바른 형식과 차례다", "every line of the ledger is in form and order"
    ),
    Check.TREE: Words("체크포인트가 모두 이 기록의 것이다", "every checkpoint is of this ledger"),
    Check.SIGNATURES: Words("그때의 서명 키로 서명되었다", "the key in force signed every checkpoint"),
    Check.WITNESSES: Words("규칙이 정한 증인들이 서명했다", "the witnesses that the rules name signed"),
    Check.OPENINGS: Words("공개한 내용이 약속한 그대로다", "what is opened is what was committed to"),
    Check.RULES: Words(
        "규칙과 명단이 개시 전에 확정한 것이다", "rules and roster are those that were frozen"
    ),
    Check.PAIRING: Words("자리가 추첨한 대로다", "the seats are those that were drawn"),
    Check.VOTES: Words("투표가 모두 있을 수 있는 것이다", "every vote could be cast as it was"),
    Check.EXCLUSIONS: Words("규칙에 해당하는 표만 제외했다", "only what the rules name was excluded"),
    Check.SCORES: Words("점수가 기록된 표에서 나온다", "the scores follow from the votes"),
    Check.RESULT: Words("결과가 미리 약속한 것이다", "the result is the one that was committed"),
}

FAILS: dict[Check, Words] = {
    Check.FOLDER: Words(
        "폴더의 파일이 빠졌거나, 읽을 수 없거나, 바뀌었거나, 더 있습니다.",
        "A file of the folder is missing, unreadable or changed, or there is one more.",
    ),
    Check.ENTRIES: Words("기록의 줄이 손상되었습니다.", "A line of the ledger is damaged."),
    Check.TREE: Words(
        "기록이 체크포인트와 다릅니다. 기록을 누가 고쳤거나 빠뜨렸습니다.",
        "The ledger is not the one that its checkpoints were made of: something was changed or left out.",
    ),
    Check.SIGNATURES: Words(
        "체크포인트를 그때의 키로 서명하지 않았습니다.",
        "A checkpoint is not signed by the key that was in force.",
    ),
    Check.WITNESSES: Words(
        "증인의 서명이 모자라거나 맞지 않습니다.", "Signatures of witnesses are missing or wrong."
    ),
    Check.OPENINGS: Words(
        "공개한 내용이 기록에 약속한 것과 다르거나 빠졌습니다.",
        "What is opened is not what the ledger committed to, or is missing.",
    ),
    Check.RULES: Words(
        "규칙이나 명단이 개시 전에 확정한 것과 다릅니다.",
        "Rules or roster are not those that were frozen before the round.",
    ),
    Check.PAIRING: Words(
        "대결의 자리나 번호가 추첨한 대로가 아닙니다.",
        "A battle has other seats, or another number, than was drawn.",
    ),
    Check.VOTES: Words(
        "있을 수 없는 투표나 순서가 있습니다.", "There is a vote, or an order, that cannot be."
    ),
    Check.EXCLUSIONS: Words(
        "제외한 표가 규칙에서 나오는 것과 다릅니다.",
        "The excluded votes are not those that the rules name.",
    ),
    Check.SCORES: Words(
        "표나 점수가 기록에서 나오는 것과 다릅니다.",
        "Votes or scores are not what follows from the ledger.",
    ),
    Check.RESULT: Words(
        "결과가 미리 약속한 것이 아닙니다.",
        "The result is not the one that was committed beforehand.",
    ),
}

HOLDS, BROKEN = Words("맞음", "holds"), Words("틀림", "FAILS")
OPEN, PARTIAL = Words("확인 못 함", "not checked"), Words("일부만 확인", "partly unchecked")
ALL_HOLDS = Words("확인한 것은 모두 맞습니다.", "Everything that was checked holds.")
LEFT_OUT = Words("확인하지 못했거나 알아 둘 것:", "Not checked, or good to know:")
MORE = Words("… 그 밖에 {0}건", "… and {0} more")


def main(arguments: Sequence[str] | None = None) -> int:
    """Check a folder and give the exit status."""
    parser = argparse.ArgumentParser(prog="arena-verify", description=__doc__)
    declare(parser)
    words = Console(stderr=True, highlight=False, soft_wrap=True, markup=False, emoji=False)
    try:
        return run(parser.parse_args(arguments), words)
    except KeyboardInterrupt:
        words.print("stopped")
        return STOPPED


def declare(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("folder", metavar="DIR", type=Path, help="the exported folder")
    parser.add_argument(
        "--key", metavar="VKEY", action="append", default=[], type=_key, help="a key of the log"
    )
    parser.add_argument("--language", choices=("ko", "en"), default="en")


def run(asked: argparse.Namespace, words: Console) -> int:
    """Check the folder that was asked for, print what was found, and give the exit status."""
    findings = Findings()
    try:
        verified(asked.folder, asked.key, findings, words)
    except BadFolder as error:
        words.print(f"arena verify: {error}")
        return int(Check.FOLDER)
    except Exception as error:  # noqa: BLE001 - the outermost frame: no folder may end in a traceback
        words.print(f"arena verify: {asked.folder} cannot be checked: {type(error).__name__}: {error}")
        return int(Check.FOLDER)
    show(findings, asked.language)
    return findings.exit_code


def verified(path: Path, trusted: Sequence[Vkey], findings: Findings, words: Console) -> None:
    """Check a folder; on a terminal, show how far it is.

    Raises:
        BadFolder: there is no folder to check.
    """
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=words, disable=not words.is_terminal) as progress:
        task = progress.add_task("bytes", total=None)
        check_folder(path, findings, trusted, lambda read: progress.advance(task, read))


def show(findings: Findings, language: str) -> None:
    """Print the checks, what is wrong, and what was not checked."""
    out = Console(highlight=False, markup=False, emoji=False)
    if not out.is_terminal:
        out.width = UNCUT
    table = Table("", "", "")
    for one, words in CHECKS.items():
        state, style = _state(findings, one)
        table.add_row(str(int(one)), words.said(language), state.said(language), style=style)
    out.print(table)
    for one in sorted(findings.counts):
        out.print(f"{int(one)} {FAILS[one].said(language)}", style="bold red")
        kept = [finding for finding in findings.kept if finding.check is one]
        for finding in kept:
            out.print(f"   {finding.said(language)}", soft_wrap=True)
        if findings.counts[one] > len(kept):
            out.print(f"   {MORE.said(language, findings.counts[one] - len(kept))}")
    if not findings.counts:
        out.print(ALL_HOLDS.said(language), style="bold green")
    if findings.notices:
        out.print(LEFT_OUT.said(language))
    for notice, details in findings.notices.items():
        out.print(f" - {notice.words.said(language, *details)}", soft_wrap=True)


def _state(findings: Findings, one: Check) -> tuple[Words, str]:
    if findings.fails(one):
        return BROKEN, "bold red"
    if findings.is_open(one):
        return OPEN, "yellow"
    return (PARTIAL, "yellow") if findings.is_partial(one) else (HOLDS, "green")


def _key(text: str) -> Vkey:
    try:
        return read_key(text)
    except BadNote as error:
        raise argparse.ArgumentTypeError(str(error)) from error


if __name__ == "__main__":
    sys.exit(main())
