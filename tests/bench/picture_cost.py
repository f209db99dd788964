"""What redrawing a picture costs: `python tests/bench/picture_cost.py`.

The largest that are taken, each in a process of its own as in the arena: seconds, and the most memory that
any of them has taken so far.
"""

import resource
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from PIL import Image

from arena.contest.picture import MOST_PIXELS
from arena.pictures.cleaning import cleaned
from tests.pictures.files import encoded

WIDTH = 6_531
SIZE = (WIDTH, MOST_PIXELS // WIDTH)
FILES = {
    "a photo of 12 megapixels, JPEG": ((4000, 3000), "JPEG", {"quality": 80}),
    "32 megapixels, JPEG": (SIZE, "JPEG", {}),
    "32 megapixels, progressive JPEG": (SIZE, "JPEG", {"progressive": True, "subsampling": 0}),
    "32 megapixels, PNG": (SIZE, "PNG", {}),
    "32 megapixels, WebP": (SIZE, "WEBP", {}),
    "32 megapixels, lossless WebP": (SIZE, "WEBP", {"lossless": True}),
}


def main() -> None:
    """Redraw each once."""
    for name, (size, kind, options) in FILES.items():
        small = kind == "JPEG" and size != SIZE
        picture = Image.effect_noise(size, 60).convert("RGB") if small else Image.new("RGB", size)
        file = encoded(picture, kind, **options)
        start = time.perf_counter()
        kept, header = cleaned(file)
        took = time.perf_counter() - start
        most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
        print(
            f"{name:34}{len(file) / 1e6:7.2f} MB  {took:5.2f} s  {most:4d} MB  "
            f"kept: {header.width} x {header.height}, {len(kept) // 1024} KB"
        )


if __name__ == "__main__":
    main()
