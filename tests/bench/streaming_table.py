"""The table of the streaming bench: medians over the passes, in Markdown."""

import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from tests.bench.load_generator import Seen
from tests.bench.mock_vllm import STAMP_EVERY

LIMIT = "nginx pass-through"
"""What all are compared with."""


@dataclass(slots=True)
class Run:
    """One contender at one level, once."""

    cpu: list[float] = field(default_factory=list)  # seconds for each turn
    voting: float = 0.0  # seconds, where not in the last turn
    streaming: float = 0.0  # seconds, without what begins and ends a turn
    seen: list[Seen] = field(default_factory=list)
    votes: list[float | None] = field(default_factory=list)
    memory: float = 0.0  # kB for each open battle


Runs = dict[tuple[int, str], list[Run]]
"""By level and contender."""


@dataclass(frozen=True, slots=True)
class Size:
    """How large the bench is."""

    tokens: int
    levels: Sequence[int]
    passes: int


def spread(values: Sequence[float]) -> tuple[float, float]:
    """Give the median and the 99th percentile, in milliseconds."""
    ordered = sorted(values) or [float("nan")]
    return 1000 * ordered[len(ordered) // 2], 1000 * ordered[min(len(ordered) * 99 // 100, len(ordered) - 1)]


def middle(runs: list[Run], figure: Callable[[Run], float]) -> float:
    """Give the median over the passes."""
    return statistics.median(figure(run) for run in runs)


def lost(run: Run, tokens: int) -> int:
    """Count the turns whose replies did not come whole, and the votes that were not taken."""
    return sum(not seen.whole(tokens, STAMP_EVERY) for seen in run.seen) + run.votes.count(None)


def _all(runs: list[Run], figure: Callable[[Seen], list[float]]) -> tuple[float, float]:
    """Give the medians over the passes of median and 99th percentile."""
    found = [spread([value for seen in run.seen for value in figure(seen)]) for run in runs]
    return statistics.median(one for one, _ in found), statistics.median(two for _, two in found)


def rows(runs: Runs, size: Size) -> Iterator[str]:
    """Write the table."""
    yield "| " + " | ".join(COLUMNS) + " |"
    yield "|" + "---|" * len(COLUMNS)
    for level in size.levels:
        limit = middle(runs[level, LIMIT], lambda run: run.cpu[0]) / level
        for name, made in ((name, made) for (at, name), made in runs.items() if at == level):
            cells = _cells(made, level, limit, size.tokens)
            yield f"| {level} | {name} | " + " | ".join(cells) + " |"


COLUMNS = (
    "open battles",
    "contender",
    "CPU ms per battle",
    "× nginx",
    "of it streaming",
    "× nginx",
    "CPU ms per 1,000 tokens",
    "added first token p50 / p99, ms",
    "added, other tokens p50 / p99",
    "gap p50 / p99, ms",
    "kB per open battle",
    "kB on the wire",
    "vote p99, ms",
    "incomplete",
)


def _cells(made: list[Run], level: int, limit: float, tokens: int) -> Iterator[str]:
    cpu = middle(made, lambda run: run.cpu[0] + run.voting) / level
    streaming = middle(made, lambda run: run.streaming) / level
    votes = [vote for run in made for vote in run.votes if vote is not None]
    yield f"{1000 * cpu:.1f}"
    yield f"{cpu / limit:.1f}"
    yield f"{1000 * streaming:.1f}"
    yield f"{streaming / limit:.1f}"
    yield f"{1e6 * cpu / (2 * tokens):.1f}"
    yield _times(made, lambda seen: seen.first, 1)
    yield _times(made, lambda seen: seen.delays)
    yield _times(made, lambda seen: seen.gaps)
    yield f"{middle(made, lambda run: run.memory):.0f}"
    yield f"{statistics.mean(seen.wire for run in made for seen in run.seen) / 1000:.0f}"
    yield f"{spread(votes)[1]:.1f}" if votes else "–"
    yield f"{sum(lost(run, tokens) for run in made)}"


def _times(made: list[Run], figure: Callable[[Seen], list[float]], digits: int = 0) -> str:
    """Write the medians over the passes of median and 99th percentile."""
    found = [spread([value for seen in run.seen for value in figure(seen)]) for run in made]
    return " / ".join(f"{statistics.median(column):.{digits}f}" for column in zip(*found, strict=True))


def turns_lines(runs: Runs) -> Iterator[str]:
    """Say whether a turn costs more the longer a conversation is."""
    for (level, name), made in runs.items():
        count = len(made[0].cpu)
        each = [1000 * middle(made, lambda run, turn=turn: run.cpu[turn]) / level for turn in range(count)]
        if count > 1:
            shown = ", ".join(f"{cpu:.1f}" for cpu in each)
            yield (
                f"{name}, {level} open, CPU ms of turns 1 to {count} without the vote: {shown}; "
                f"the last is {each[-1] / each[0]:.2f} × the first"
            )
