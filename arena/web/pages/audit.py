"""The page that tells what staff did, to read and to filter."""

from collections.abc import Mapping

from arena.web.pages.coming import coming
from arena.web.pages.handlers import Fill

PAGES: Mapping[str, Fill] = {"": coming}
