"""What a file says of itself before it is decoded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.contest.picture import (
    LONGEST_SIDE,
    MOST_BYTES,
    MOST_PIXELS,
    SHORTEST_SIDE,
    Format,
    Header,
    check_file,
    header,
    kept_size,
)
from arena.errors import ArenaError, BadPicture, PictureTooLarge

SIZES = st.tuples(st.integers(1, 16_383), st.integers(1, 16_383))


def png(width, height):
    return b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR" + width.to_bytes(4) + height.to_bytes(4) + bytes(9)


def jpeg(width, height, frame=0xC0, before=b"\xff\xe0\x00\x04JF"):
    size = height.to_bytes(2) + width.to_bytes(2)
    return b"\xff\xd8" + before + bytes([0xFF, frame, 0, 17, 8]) + size + bytes(10) + b"\xff\xda"


def webp(kind, start):
    return b"RIFF" + bytes(4) + b"WEBP" + kind + bytes(4) + start.ljust(10, b"\x00")


def simple(width, height):
    return webp(
        b"VP8 ", b"\x10\x20\x30\x9d\x01\x2a" + width.to_bytes(2, "little") + height.to_bytes(2, "little")
    )


def lossless(width, height):
    return webp(b"VP8L", b"\x2f" + ((height - 1) << 14 | (width - 1)).to_bytes(4, "little"))


def extended(width, height):
    return webp(b"VP8X", bytes(4) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little"))


@pytest.mark.parametrize(
    ("made", "format_"),
    [
        (png, Format.PNG),
        (jpeg, Format.JPEG),
        (simple, Format.WEBP),
        (lossless, Format.WEBP),
        (extended, Format.WEBP),
    ],
)
@given(SIZES)
def test_headers(made, format_, size):
    """The size of a picture is read out of each kind of header."""
    assert header(made(*size)) == Header(format_, *size)


@pytest.mark.parametrize("frame", [0xC1, 0xC2])
def test_jpeg_after_filling(frame):
    """Segments and filling before a JPEG's frame are passed over."""
    before = b"\xff\xe1\x00\x08Exif\x00\x00\xff\xff\xff\xdb\x00\x02"

    assert header(jpeg(30, 20, frame, before)) == Header(Format.JPEG, 30, 20)


WRONG = {
    "a JPEG of segments without end": jpeg(30, 20, before=b"\xff\xe0\x00\x02" * 1_000),
    "a JPEG of filling without end": jpeg(30, 20, before=b"\xff" * 1_000),
    "a JPEG of a rare kind": jpeg(30, 20, 0xC9),
    "a JPEG that has no frame before its scan": b"\xff\xd8\xff\xda" + jpeg(30, 20)[2:],
    "a JPEG that ends at once": b"\xff\xd8\xff\xd9\x00\x00\x00\x00",
    "a JPEG that ends within a segment": jpeg(30, 20)[:9],
    "a JPEG cut in its frame": jpeg(30, 20)[:13],
    "a PNG that is cut": png(30, 20)[:30],
    "a WebP that is cut": simple(30, 20)[:29],
    "a WebP of an unknown kind": webp(b"VP9 ", bytes(10)),
    "a WebP whose frame is no key frame": webp(b"VP8 ", bytes(10)),
    "a lossless WebP without its mark": webp(b"VP8L", bytes(10)),
}


@pytest.mark.parametrize("file", WRONG.values(), ids=WRONG)
def test_wrong_headers(file):
    """A header that cannot be read is no picture's."""
    with pytest.raises(BadPicture):
        header(file)


@given(
    st.binary(max_size=200),
    st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", png(9, 9), simple(9, 9)]),
)
def test_whatever_comes(file, start):
    """Any bytes are a picture's header or refused."""
    try:
        found = check_file(start + file)
    except ArenaError:
        return
    assert found.width * found.height <= MOST_PIXELS


@given(SIZES)
def test_kept_size(size):
    """What is kept is no longer than the limit and has the shape of what came, to a pixel."""
    width, height = kept_size(*size)

    assert max(width, height) == min(max(size), LONGEST_SIDE)
    assert abs(width * size[1] - height * size[0]) <= max(size)


@pytest.mark.parametrize("size", [(MOST_PIXELS // 4_000 + 1, 4_000), (65_000, 65_000), (2**31, 2**31)])
def test_too_many_pixels(size):
    """More pixels than are taken are refused by the header alone."""
    with pytest.raises(PictureTooLarge):
        check_file(png(*size))


def test_too_many_bytes():
    """A file of exactly the limit is looked at; one byte more is refused unseen."""
    largest = png(640, 480).ljust(MOST_BYTES, b"\x00")

    assert check_file(largest) == Header(Format.PNG, 640, 480)
    with pytest.raises(PictureTooLarge):
        check_file(largest + b"\x00")


@pytest.mark.parametrize("size", [(SHORTEST_SIDE - 1, 100), (100, 0), (16_000, 160)])
def test_too_narrow(size):
    """What models cannot see is refused, also if only making it smaller makes it so narrow."""
    with pytest.raises(BadPicture, match="narrow"):
        check_file(png(*size))


def test_scans():
    """A JPEG of more scans than any camera makes is refused."""
    with pytest.raises(BadPicture, match="scans"):
        check_file(jpeg(100, 100) + b"\xff\xda" * 100)
