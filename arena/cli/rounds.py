"""`arena round …` and `arena exclude`: the steps of a round, for the operator.

What cannot be undone is asked for twice: the first time it says what it will do and with which code.
"""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable

from rich.console import Console

from arena.cli import showing
from arena.cli.house import Command, House
from arena.contest.lifecycle import Step
from arena.errors import BadSetting
from arena.service.lifecycle import Lifecycle, Status

STATUS = "status"


def _declare_round(parser: ArgumentParser) -> None:
    steps = parser.add_subparsers(dest="step", required=True, metavar="STEP")
    steps.add_parser(STATUS, help="tell how the round stands")
    new = steps.add_parser(Step.NEW.value, help="make the declared round; until it is frozen, again replaces")
    new.add_argument("--nonce", action="append", default=[], metavar="CONTESTANT=HEX", help="32 bytes")
    freeze = steps.add_parser(Step.FREEZE.value, help="freeze rules and roster, commit to the secrets")
    opening = steps.add_parser(Step.OPEN.value, help="draw the seed with the beacon and take battles")
    opening.add_argument("--beacon", default="", metavar="VALUE", help="what the rules' beacon has shown")
    close = steps.add_parser(Step.CLOSE.value, help="close the round and reveal the secret of the seed")
    commit = steps.add_parser(Step.COMMIT_RESULT.value, help="compute the result and commit to it")
    publish = steps.add_parser(Step.PUBLISH.value, help="open the committed result to everyone")
    remove = steps.add_parser(Step.REMOVE.value, help="remove a contestant by decision")
    remove.add_argument("contestant", metavar="CONTESTANT")
    remove.add_argument("--reason", required=True, metavar="TEXT")
    forget = steps.add_parser(Step.FORGET.value, help="destroy the pepper of the pseudonyms")
    for step in (freeze, opening, close, commit, publish, remove, forget):
        _declare_code(step)


def _declare_exclude(parser: ArgumentParser) -> None:
    parser.add_argument("--vote", type=int, nargs="+", required=True, metavar="SEQ", help="index of a vote")
    parser.add_argument("--reason", required=True, metavar="TEXT")
    _declare_code(parser)


def _declare_code(parser: ArgumentParser) -> None:
    parser.add_argument("--confirm", default="", metavar="CODE", help="what the first asking has shown")


def _round(asked: Namespace, house: House, words: Console) -> int:
    with house.lifecycle() as lifecycle:
        if asked.step != STATUS:
            STEPS[Step(asked.step)](lifecycle, asked)
        status = lifecycle.status()
    if asked.step == STATUS:
        _print(status)
    else:
        words.print(f"round {status.round} is {status.phase.value}; {status.advice}")
    return 0


def _exclude(asked: Namespace, house: House, words: Console) -> int:
    with house.lifecycle() as lifecycle:
        lifecycle.exclude(asked.vote, asked.reason, asked.confirm)
        status = lifecycle.status()
    words.print(f"{status.excluded} votes of round {status.round} are excluded; {status.advice}")
    return 0


def _new(lifecycle: Lifecycle, asked: Namespace) -> None:
    lifecycle.new(dict(_nonce(text) for text in asked.nonce))


def _nonce(text: str) -> tuple[str, bytes]:
    contestant, _, digits = text.partition("=")
    try:
        return contestant, bytes.fromhex(digits)
    except ValueError as error:
        raise BadSetting(f"--nonce {text}: write CONTESTANT=HEX") from error


def _commit_result(lifecycle: Lifecycle, asked: Namespace) -> None:
    result = lifecycle.commit_result(asked.confirm)
    showing.out().print(f"result {result.number}: {result.commitment}", soft_wrap=True)


STEPS: dict[Step, Callable[[Lifecycle, Namespace], object]] = {
    Step.NEW: _new,
    Step.FREEZE: lambda lifecycle, asked: lifecycle.freeze(asked.confirm),
    Step.OPEN: lambda lifecycle, asked: lifecycle.open(asked.beacon, asked.confirm),
    Step.CLOSE: lambda lifecycle, asked: lifecycle.close(asked.confirm),
    Step.COMMIT_RESULT: _commit_result,
    Step.PUBLISH: lambda lifecycle, asked: lifecycle.publish(asked.confirm),
    Step.REMOVE: lambda lifecycle, asked: lifecycle.remove(asked.contestant, asked.reason, asked.confirm),
    Step.FORGET: lambda lifecycle, asked: lifecycle.forget(asked.confirm),
}


def _print(status: Status) -> None:
    rows = {
        "round": status.round,
        "phase": status.phase.value,
        "next": status.advice,
        "rules and roster": status.rules_hash,
        "battles": str(status.counts.battles),
        "votes": str(status.counts.votes),
        "withdrawn": str(status.withdrawn),
        "excluded": str(status.excluded),
        "removed": ", ".join(status.removed),
        **{f"result {result.number}": result.commitment for result in status.results},
    }
    table = showing.table("of the round", "")
    for name, value in rows.items():
        table.add_row(name, value)
    showing.out().print(table)


COMMANDS = (
    Command("round", "lead a round from its declaration to its result", _round, _declare_round),
    Command("exclude", "take votes out of the score by decision", _exclude, _declare_exclude),
)
