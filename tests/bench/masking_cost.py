"""What masking costs: `python -m tests.bench.masking_cost`.

Every text is masked as it streams, in deltas of twelve characters. Printed are nanoseconds of CPU for each
character of a text and of one twice as long, which are alike where the cost grows with the length alone,
and the ratio to a plain scan: one pass over Korean prose in C (`str.translate`).
"""

import random
import string
import time
from collections.abc import Callable
from functools import partial

from arena.contest.blinding import Mask
from arena.contest.homoglyphs import Folding

DELTA = 12
LENGTH = 8_000
PASSES = 3
PLAIN = Folding()
PROSE = "하늘이 파란 까닭은 *레일리 산란* 때문입니다. 파장이 짧은 빛이 더 많이 흩어집니다. "
ENGLISH = "The sky is blue because the air scatters **short** waves of light more than long ones. "
LIST = "1. 항목은 [여기](https://example.org/a)에서 볼 수 있습니다.\n"


def names(count: int) -> list[str]:
    """Draw names that are the same in every run, Korean and Latin in turn."""
    draw = random.Random(1)
    syllables = [chr(code) for code in range(0xAC00, 0xD7A4)]
    letters = [syllables, string.ascii_lowercase]
    return ["".join(draw.choices(letters[at % 2], k=draw.randint(3, 6) + at % 2 * 4)) for at in range(count)]


def texts(known: list[str]) -> dict[str, str]:
    """Give ordinary texts, and texts written to keep masking busy."""
    name = known[1] if known else "nobody"
    return {
        "prose, Korean": PROSE,
        "prose, English": ENGLISH,
        "lists and links": LIST,
        "names": f"{name} ",
        "names all but the last letter": f"{name[:-1]} ",
        "names torn, all but the last letter": f"{('-' * 16).join(name[:-1])} ",
        "names inside words": f"{name[:-1]}{name}",
        "links that never close": "](",
        "links that close late": f"]({'x' * 290} ",
        "escapes": "&#98;",
        "escapes that never end": "&#",
        "lines": "\n1",
    }


def long(piece: str, size: int) -> str:
    """Repeat a piece up to a length."""
    return (piece * (size // len(piece) + 1))[:size]


def cost(run: Callable[[], object], length: int) -> float:
    """Give nanoseconds of CPU for each character, the best of some passes."""
    best = float("inf")
    for _ in range(PASSES):
        began = time.process_time_ns()
        run()
        best = min(best, time.process_time_ns() - began)
    return best / length


def masked(mask: Mask, text: str) -> None:
    """Mask a text as it streams."""
    stream = mask.stream()
    for at in range(0, len(text), DELTA):
        stream.feed(text[at : at + DELTA])
    stream.finish()


def report(count: int) -> None:
    """Print a line for each text, masked with so many names."""
    known = names(count)
    scan = cost(partial(long(PROSE, LENGTH).translate, PLAIN), LENGTH)
    mask = Mask(known)
    for what, piece in texts(known).items():
        once, twice = (long(piece, size) for size in (LENGTH, 2 * LENGTH))
        one, two = (cost(partial(masked, mask, text), len(text)) for text in (once, twice))
        print(f"{count:5}  {what:36} {one:8.0f} {two:14.0f} {one / scan:12.1f}×")


def main() -> None:
    """Print what masking costs with no names, few and many."""
    print(f"{'names':>5}  {'text':36} {'ns/char':>8} {'twice as long':>14} {'× plain scan':>13}")
    for count in (0, 30, 300):
        report(count)


if __name__ == "__main__":
    main()
