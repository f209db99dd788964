"""`arena canary …`: keep replies at the opening, and look whether contestants still answer alike."""

import asyncio
from argparse import ArgumentParser, Namespace
from pathlib import Path

from rich.console import Console

from arena.cli import showing
from arena.cli.house import Command, House
from arena.contest.canary import Look
from arena.errors import BadSetting
from arena.service.canary_prompts import PROMPTS

DOES_NOT_HOLD = 1


def _declare(parser: ArgumentParser) -> None:
    steps = parser.add_subparsers(dest="step", required=True, metavar="STEP")
    keep = steps.add_parser("keep", help="ask every contestant and keep what it says")
    keep.add_argument("--looks", type=int, default=200, metavar="N", help="planned for the round (200)")
    keep.add_argument("--alpha", type=float, default=0.01, help="chance of any false alarm in them (0.01)")
    keep.add_argument("--again", action="store_true", help="throw what was kept away")
    keep.add_argument("--record", action="store_true", help="put its hash on the ledger of the open round")
    look = steps.add_parser("look", help="ask every endpoint again; exit 1 where the model is another")
    look.add_argument("--record", action="store_true", help="put alarms on the ledger of the open round")
    for step in (keep, look):
        step.add_argument("--prompts", type=Path, metavar="FILE", help="prompts of your own, one a line")


def _canary(asked: Namespace, house: House, words: Console) -> int:
    return {"keep": _keep, "look": _look}[asked.step](asked, house, words)


def _keep(asked: Namespace, house: House, words: Console) -> int:
    with house.canaries(_prompts(asked.prompts)) as canaries:
        with showing.progress("replies", canaries.replies_kept, words) as advance:
            plan = asyncio.run(canaries.keep(asked.looks, asked.alpha, advance, again=asked.again))
        keeping = canaries.keeping()
    if asked.record:
        with house.alarms() as ledger:
            ledger.put((), keeping)
        words.print("the hash of what was kept is on the ledger")
    words.print(f"kept; each of {plan.looks} looks alarms where p is at most {plan.level:.1e}")
    return 0


def _look(asked: Namespace, house: House, words: Console) -> int:
    with house.canaries(_prompts(asked.prompts)) as canaries:
        with showing.progress("replies", canaries.replies_looked_at, words) as advance:
            looks = asyncio.run(canaries.look(advance))
        alarms = canaries.alarms()
    table = showing.table("contestant", "endpoint", "discrepancy", "p", "alarm from p", "result")
    for look in looks:
        numbers = ("", "") if look.p_value is None else (f"{look.discrepancy:.4f}", f"{look.p_value:.2g}")
        result = _result(look)
        style = "" if result == "as kept" else "bold red"
        table.add_row(look.contestant, str(look.endpoint), *numbers, f"{look.level:.1e}", result, style=style)
    showing.out().print(table)
    if alarms and asked.record:
        with house.alarms() as ledger:
            words.print(f"{ledger.put(alarms)} of {len(alarms)} alarms are new on the ledger")
    elif alarms:
        words.print(f"{len(alarms)} alarms so far; `arena canary look --record` puts them on the ledger")
    return DOES_NOT_HOLD if any(look.alarms or look.fault for look in looks) else 0


def _result(look: Look) -> str:
    if look.fault:
        return f"did not answer: {look.fault.value}"
    return "ANOTHER MODEL" if look.alarms else "as kept"


def _prompts(file: Path | None) -> tuple[str, ...]:
    if file is None:
        return PROMPTS
    try:
        prompts = tuple(line.strip() for line in file.read_text("utf-8").splitlines() if line.strip())
    except (OSError, UnicodeDecodeError) as error:
        raise BadSetting(f"cannot read {file}: {error}") from error
    if not prompts:
        raise BadSetting(f"{file} holds no prompt")
    return prompts


COMMANDS = (Command("canary", "look whether contestants still serve what was frozen", _canary, _declare),)
