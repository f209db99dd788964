"""What a demo contestant sees in a picture: its size, its light and its colours, and nothing else."""

import io
from base64 import b64decode
from collections import Counter
from colorsys import rgb_to_hsv
from dataclasses import dataclass

from PIL import Image

DATA = "data:image/jpeg;base64,"
GRID = 16
"""A picture is looked at as so many squares in each direction."""

HUES = (
    (20, "red"),
    (45, "orange"),
    (70, "yellow"),
    (170, "green"),
    (260, "blue"),
    (300, "purple"),
    (345, "pink"),
)
"""The upper end in degrees of each named hue; what is above is red again."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What was measured; words are those of the answer file under `seen`."""

    width: int
    height: int
    shape: str
    light: str
    lighter: str
    colours: tuple[str, ...]


def look(url: str) -> Seen:
    """Look at the picture of a data URL.

    Raises:
        ValueError: it is not one of a JPEG, or cannot be read.
    """
    if not url.startswith(DATA):
        raise ValueError("no data URL of a JPEG")
    try:
        with Image.open(io.BytesIO(b64decode(url.removeprefix(DATA), validate=True))) as picture:
            squares = picture.convert("RGB").resize((GRID, GRID), Image.Resampling.BOX)
            width, height = picture.size
    except (ValueError, OSError) as error:
        raise ValueError("no picture") from error
    pixels = [squares.getpixel((x, y)) for y in range(GRID) for x in range(GRID)]
    points = [pixel for pixel in pixels if isinstance(pixel, tuple)]
    values = [sum(point) / 3 for point in points]
    top, bottom = (sum(half) / len(half) for half in (values[: len(values) // 2], values[len(values) // 2 :]))
    return Seen(
        width,
        height,
        shape=_between(width / height, 0.9, 1.1, ("tall", "square", "wide")),
        light=_between((top + bottom) / 2, 85, 170, ("dark", "middle", "bright")),
        lighter=_between(top - bottom, -12, 12, ("bottom", "even", "top")),
        colours=tuple(name for name, _ in Counter(map(_named, points)).most_common(3)),
    )


def _between(value: float, lower: float, upper: float, words: tuple[str, str, str]) -> str:
    return words[(value > lower) + (value > upper)]


def _named(point: tuple[int, ...]) -> str:
    """Give the plain name of a colour."""
    red, green, blue = (part / 255 for part in point)
    hue, saturation, value = rgb_to_hsv(red, green, blue)
    if value < 0.2:
        return "black"
    if saturation < 0.15:
        return "white" if value > 0.85 else "grey"
    name = next((name for end, name in HUES if hue * 360 < end), "red")
    return "brown" if name == "orange" and value < 0.6 else name
