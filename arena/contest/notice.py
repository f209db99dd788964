"""A notice of the operator's to all citizens: one line in each language, until a moment. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from arena.contest.battle import readable
from arena.contest.blinding import Mask
from arena.errors import BadRequest

MAX_NOTICE = 300
"""Characters."""

LONGEST = timedelta(days=30)


class Level(StrEnum):
    """How grave it is."""

    INFO = "info"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Notice:
    """What is said, in Korean and English, and until when."""

    ko: str
    en: str
    level: Level
    until: datetime


def notice_of(ko: str, en: str, level: str, until: datetime, now: datetime, names: Mask) -> Notice:
    """Make a notice out of what was typed: one line each, without characters that steer.

    `names` are those of all contestants: a notice names none, or it would tell whose server is away.

    Raises:
        BadRequest: a text is empty, too long or names a contestant; the level or the time cannot be. Which
            of them, it says in the key of a text.
    """
    if level not in set(Level):
        raise BadRequest("notice_level")
    if not now < until <= now + LONGEST:
        raise BadRequest("notice_until")
    return Notice(_line(ko, names), _line(en, names), Level(level), until)


def _line(text: str, names: Mask) -> str:
    line = " ".join(readable(text).split())
    if not any(char.isprintable() for char in line):  # nothing, or what nobody sees
        raise BadRequest("notice_empty")
    if len(line) > MAX_NOTICE:
        raise BadRequest("notice_long")
    if names.whole(line) != line:
        raise BadRequest("notice_named")
    return line
