"""What evaluators work with at their console, in one place."""

from dataclasses import dataclass

from arena.service.analyst import Analyst
from arena.service.apart import Apart
from arena.service.exporting import Exports
from arena.service.leading import Leading
from arena.service.scoring import Scoring


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The services of the evaluators of one round."""

    analyst: Analyst
    scoring: Scoring
    exports: Exports
    leading: Leading
    apart: Apart
