"""The evaluator's console: health of the round, standings, score, export, and leading the round."""

from collections.abc import Mapping

from arena.web.pages import evaluator_export, evaluator_lifecycle, evaluator_score, evaluator_standings
from arena.web.pages.evaluator_health import health
from arena.web.pages.handlers import Fill

PAGES: Mapping[str, Fill] = {
    "": health,
    "standings": evaluator_standings.fill,
    "score": evaluator_score.fill,
    "export": evaluator_export.fill,
    "lifecycle": evaluator_lifecycle.fill,
}
