"""The evaluator's console: health of the round, standings, score, export, and leading the round."""

from collections.abc import Mapping

from arena.web.pages.coming import coming
from arena.web.pages.evaluator_health import health
from arena.web.pages.handlers import Fill

PAGES: Mapping[str, Fill] = {
    "": health,
    "standings": coming,
    "score": coming,
    "export": coming,
    "lifecycle": coming,
}
