"""The operator's console: endpoints, notices, rehearsal, backup."""

from collections.abc import Mapping

from arena.web.pages.coming import coming
from arena.web.pages.handlers import Fill

PAGES: Mapping[str, Fill] = {"": coming, "notices": coming, "rehearsal": coming, "backup": coming}
