"""The demo contestants: invented names, and clearly different quality, length and speed."""

from dataclasses import dataclass
from enum import StrEnum


class Style(StrEnum):
    """How good and how long the replies of a persona are; best to worst."""

    BEST = "best"
    GOOD = "good"
    MIDDLE = "middle"
    WORDY = "wordy"
    WEAK = "weak"


@dataclass(frozen=True, slots=True)
class Persona:
    """A demo contestant.

    Its served model name and its path on the server are its `id`. It waits `first_delay` seconds, then
    writes `rate` pieces a second of about `piece` characters. `images` says whether it takes pictures.
    """

    id: str
    name: str
    team: str
    aliases: tuple[str, ...]
    style: Style
    first_delay: float
    rate: float
    piece: int
    images: bool = False


PERSONAS: tuple[Persona, ...] = (
    Persona(
        "gulleongsoe", "굴렁쇠", "툇마루 연구모임", ("Gulleongsoe",), Style.BEST, 0.9, 40.0, 3, images=True
    ),
    Persona("beodeulchi", "버들치", "개울가 작업실", ("Beodeulchi",), Style.GOOD, 0.3, 55.0, 3, images=True),
    Persona("susukkang", "수수깡", "뒤뜰 공작소", ("Susukkang",), Style.MIDDLE, 0.6, 30.0, 4),
    Persona("mulsujebi", "물수제비", "여울목 실험실", ("Mulsujebi",), Style.WORDY, 0.2, 70.0, 5, images=True),
    Persona("bujikkaengi", "부지깽이", "아궁이 동아리", ("Bujikkaengi",), Style.WEAK, 0.1, 90.0, 1),
)

BY_ID: dict[str, Persona] = {persona.id: persona for persona in PERSONAS}
