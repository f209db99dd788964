"""What rendering a reply costs: `python -m tests.bench.rendering [CASE ...]`.

Each case is fed in deltas of twelve characters, as a stream brings it. Printed are its characters, the
CPU seconds of all feeds and the finish, how often blocks were sent, and the bytes of HTML sent.
"""

import sys
import time
from itertools import count, islice

from arena.web.render import Blocks

DELTA = 12
ITEM = "- **항목 {n}**: `값`은 [여기](https://example.org/{n})에서 볼 수 있고, 이어지는 설명이 있습니다.\n"
PROSE = "하늘이 파란 까닭은 *레일리 산란* 때문입니다. 파장이 짧은 빛이 더 많이 흩어집니다. " * 5 + "\n\n"


def lines(pattern: str, characters: int, head: str = "") -> str:
    """Repeat a numbered line up to a length."""
    enough = islice(count(1), characters // len(pattern) + 1)
    return (head + "".join(pattern.replace("{n}", str(number)) for number in enough))[:characters]


CASES = {
    "prose 4,000": (PROSE * 40)[:4_000],
    "list 4,000": lines(ITEM, 4_000),
    "tight list 4,000": lines("- 항목 {n}\n", 4_000),
    "nested list 4,000": lines("- 항목 {n}\n  - 아래\n    - 더 아래\n", 4_000),
    "table 4,000": lines(
        "| {n} | **값** | `code` | 설명 {n} |\n", 4_000, "| a | b | c | d |\n|---|---|:-:|--:|\n"
    ),
    "code 4,000": "```python\n" + lines("value = [n * {n} for n in range(10)]  # 값\n", 4_000),
    "formulas 4,000": lines("$x_{{n}}^2 + \\frac{a}{b}$ 그리고 ", 4_000),
    "brackets 4,000": "[" * 4_000,
    "stars 4,000": "*a " * 1_333,
    "sparse table 4,000": "a|" * 250 + "\n" + "-|" * 250 + "\n" + "a\n" * 1_500,
    "prose 200,000": PROSE * 860,
    "list 200,000": lines(ITEM, 200_000),
    "code 200,000": "```python\n" + lines("value = [n * {n} for n in range(10)]  # 값\n", 200_000),
    "blocks 200,000": "a\n\n" * 66_666,
    "lines 200,000": "a\n" * 100_000,
    "letters 200,000": "a" * 200_000,
    "brackets 200,000": "[" * 200_000,
    "pictures 150,000": "![" * 75_000,
    "deep quotes 200,000": ">" * 200_000,
    "quoted lines 200,000": (">" * 30 + " a\n") * 6_060,
    "formulas 200,000": lines("$x_{{n}}^2$ 그리고 $y_{n}$\n\n", 200_000),
    "fences 200,000": "```python\na = 1\n```\n" * 10_000,
}


def measure(text: str) -> tuple[float, int, int]:
    """Feed a text; give CPU seconds, blocks sent and bytes sent."""
    blocks = Blocks()
    sent: list[tuple[int, str]] = []
    began = time.process_time()
    for start in range(0, len(text), DELTA):
        sent += blocks.feed(text[start : start + DELTA])
    sent += blocks.finish()
    return time.process_time() - began, len(sent), sum(len(html.encode()) for _, html in sent)


def main(wanted: list[str]) -> None:
    """Measure the cases whose names begin with one of the words, or all."""
    print(f"{'case':<22}{'characters':>11}{'CPU s':>9}{'sent':>7}{'KB':>9}")
    for name, text in CASES.items():
        if not wanted or any(name.startswith(word) for word in wanted):
            seconds, times, size = measure(text)
            print(f"{name:<22}{len(text):>11,}{seconds:>9.2f}{times:>7,}{size / 1000:>9.1f}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
