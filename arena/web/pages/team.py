"""The team's console: how its model serves, and what citizens thought of its answers."""

from collections.abc import Mapping

from arena.web.pages.coming import coming
from arena.web.pages.handlers import Fill

PAGES: Mapping[str, Fill] = {"": coming, "feedback": coming}
