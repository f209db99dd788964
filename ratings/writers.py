"""Standings and plans as text: tables for people, CSV and JSON for programs."""

import csv
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict

from rich.cells import cell_len

from ratings.decision import Decision
from ratings.power import Plan, need, separable_margin
from ratings.standings import Row, Standings

Writer = Callable[[Standings, Decision | None], str]

MARGINS = (1.0, 2.0, 3.0, 5.0)
SIZES = (5_000, 10_000, 20_000, 50_000, 100_000, 200_000)


def as_json(found: Standings, decision: Decision | None = None) -> str:
    """Write the standings as one JSON document, the decision within it if there is one."""
    document = found.to_json()
    if decision is not None:
        document["decision"] = decision.to_json()
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def as_csv(found: Standings, _: Decision | None = None) -> str:
    """Write the rows as comma-separated lines under their field names."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(Row.__dataclass_fields__), lineterminator="\n")
    writer.writeheader()
    writer.writerows(asdict(row) for row in found.rows)
    return text.getvalue()


def as_table(found: Standings, decision: Decision | None = None) -> str:
    """Write the rows for people, wide letters aligned, and the decision below them if there is one."""
    heading = ("", "rating", "interval", "ranks", "P(last)", "points", "interval", "votes")
    said = "" if decision is None else f"\n{decision.korean}\n{decision.english}\n"
    return aligned([heading, *map(_cells, found.rows)]) + said


WRITERS: dict[str, Writer] = {"table": as_table, "csv": as_csv, "json": as_json}


def power_table(plan: Plan, margins: Sequence[float]) -> str:
    """Write what margins need, and what numbers of votes tell apart, for people."""
    needs = [need(plan, margin) for margin in margins]
    wanted = [(f"{each.margin:g}", f"{each.votes:,}", f"{each.voters:,}") for each in needs]
    sizes = [(f"{votes:,}", f"{separable_margin(plan, votes):.1f}") for votes in SIZES]
    return (
        f"{plan.contestants} contestants, {plan.ties:.0%} ties, design effect {plan.design_effect:g}, "
        f"{plan.votes_each:g} votes by voter, error {plan.alpha:g}, power {plan.power:g}\n"
        "margins in percentage points of win rate over 50\n\n"
        + aligned([("margin", "votes", "voters"), *wanted])
        + "\n"
        + aligned([("votes", "margin"), *sizes])
    )


def power_json(plan: Plan, margins: Sequence[float]) -> str:
    """Write the same for programs."""
    document = {
        "plan": asdict(plan),
        "needs": [asdict(need(plan, margin)) for margin in margins],
        "margins": [{"votes": votes, "margin": round(separable_margin(plan, votes), 9)} for votes in SIZES],
    }
    return json.dumps(document, indent=2) + "\n"


POWER_WRITERS: dict[str, Callable[[Plan, Sequence[float]], str]] = {
    "table": power_table,
    "json": power_json,
}


def aligned(table: Sequence[Sequence[str]]) -> str:
    """Write lines of cells, the first to the left and the others to the right."""
    widths = [max(map(cell_len, column)) for column in zip(*table, strict=True)]
    return "".join(_line(cells, widths) for cells in table)


def _cells(row: Row) -> tuple[str, ...]:
    return (
        "".join(letter if letter.isprintable() else "?" for letter in row.name),
        f"{row.rating:.0f}",
        f"{row.lower:.0f} to {row.upper:.0f}",
        f"{row.rank_low} to {row.rank_high}",
        f"{row.p_last:.3f}",
        f"{row.points:.2f}",
        f"{row.points_lower:.2f} to {row.points_upper:.2f}",
        str(row.votes),
    )


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    gaps = [" " * (width - cell_len(cell)) for cell, width in zip(cells, widths, strict=True)]
    figures = [gap + cell for gap, cell in zip(gaps[1:], cells[1:], strict=True)]
    return "  ".join([cells[0] + gaps[0], *figures]) + "\n"
