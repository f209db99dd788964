"""What comes out of a foreign file, by the process that really decodes it."""

import io
import os
import resource
import subprocess
import sys
import zipfile
from random import Random

import pytest
from PIL import Image

from arena.contest.picture import LONGEST_SIDE, MOST_BYTES, MOST_KEPT
from arena.errors import BadPicture, PictureTooLarge
from arena.pictures.cleaning import cleaned
from tests.pictures import files


def opened(content):
    """A cleaned picture, decoded."""
    return Image.open(io.BytesIO(content))


def near(pixel, colour):
    """Tell whether a pixel is about of a colour: JPEG keeps none exactly."""
    return all(abs(found - wanted) < 24 for found, wanted in zip(pixel, colour, strict=True))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_pixels_are_kept(kind):
    """A JPEG, PNG or WebP comes out as a JPEG of the same pixels and size."""
    content, header = cleaned(files.plain(kind))

    made = opened(content)
    assert (made.format, made.size, (header.width, header.height)) == ("JPEG", (320, 200), (320, 200))
    assert near(made.getpixel((40, 100)), (200, 20, 20))
    assert near(made.getpixel((280, 100)), (20, 20, 200))


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        ("PNG", "L"),
        ("PNG", "LA"),
        ("PNG", "P"),
        ("PNG", "1"),
        ("PNG", "I;16"),
        ("JPEG", "L"),
        ("JPEG", "CMYK"),
    ],
)
def test_every_mode(kind, mode):
    """Grey, palettes, 16 bits and the colours of print come out as the same picture in plain colours."""
    bright = Image.new("L", (40, 40), 200).convert("L")
    shown = bright.convert("I").point(lambda value: value * 257).convert("I;16") if mode == "I;16" else bright
    content, _ = cleaned(files.encoded(shown.convert(mode), kind))

    assert opened(content).mode == "RGB"
    assert mode == "1" or near(opened(content).getpixel((20, 20)), (200, 200, 200))


def test_see_through_is_white():
    """Where one can see through a picture there is white, as on the page."""
    content, _ = cleaned(files.encoded(Image.new("RGBA", (40, 40), (0, 0, 0, 0)), "PNG"))

    assert near(opened(content).getpixel((20, 20)), (255, 255, 255))


def test_large_pictures_are_made_smaller():
    """The longer side is at most so long, in proportion."""
    content, header = cleaned(files.plain("JPEG", (4000, 1000)))

    assert (header.width, header.height) == opened(content).size == (LONGEST_SIDE, 384)


def test_few_bytes_are_kept():
    """However restless a picture is, it takes no more bytes than are kept of one."""
    points = Random(1).randbytes(LONGEST_SIDE * LONGEST_SIDE * 3)
    restless = Image.frombytes("RGB", (LONGEST_SIDE, LONGEST_SIDE), points).point(
        lambda value: value // 128 * 255
    )
    content, header = cleaned(files.encoded(restless, "JPEG"))

    assert len(content) <= MOST_KEPT
    assert (header.width, header.height) == (LONGEST_SIDE, LONGEST_SIDE)


@pytest.mark.parametrize(
    ("kind", "mode"), [("JPEG", "RGB"), ("PNG", "RGB"), ("PNG", "RGBA"), ("PNG", "P"), ("WEBP", "RGB")]
)
def test_colours_of_a_profile(kind, mode):
    """A picture that says what its colours mean is kept in the colours that it means, without the profile."""
    content, _ = cleaned(files.profiled(kind, mode))

    assert near(opened(content).getpixel((40, 100)), (20, 200, 20))
    assert near(opened(content).getpixel((280, 100)), (20, 20, 200))
    assert "icc_profile" not in opened(content).info


def test_see_through_with_a_profile():
    """Where one can see through a picture with a profile there is white as well."""
    seen = Image.new("RGBA", (40, 40), (200, 20, 20, 0))
    content, _ = cleaned(files.encoded(seen, "PNG", icc_profile=files.mirrored()))

    assert near(opened(content).getpixel((20, 20)), (255, 255, 255))


@pytest.mark.parametrize("mode", ["L", "LA", "I;16", "CMYK", "1"])
def test_profile_of_other_colours(mode):
    """A profile for colours that a picture has not is passed over."""
    kind = "JPEG" if mode == "CMYK" else "PNG"
    bright = Image.new("I;16", (40, 40), 200 * 257) if mode == "I;16" else Image.new("L", (40, 40), 200)
    shown = bright if mode == "I;16" else bright.convert(mode)
    content, _ = cleaned(files.encoded(shown, kind, icc_profile=files.mirrored()))

    assert mode == "1" or near(opened(content).getpixel((20, 20)), (200, 200, 200))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("profile", files.HOSTILE_PROFILES.values(), ids=files.HOSTILE_PROFILES)
def test_hostile_profiles(profile, kind):
    """A profile that is none, or made to break who reads it, costs no more than the picture or itself."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    try:
        content, _ = cleaned(files.profiled(kind, profile=profile))
    except BadPicture:
        return

    assert near(opened(content).getpixel((280, 100)), (20, 20, 200))
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss <= max(before, 600_000)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_nothing_but_pixels(kind):
    """Place, maker, author, comment, XMP and profile are gone, and the picture stands upright."""
    content, header = cleaned(files.located(kind))

    assert b"SECRET" not in content
    assert opened(content).getexif() == {}
    assert set(opened(content).info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert (header.width, header.height) == (200, 320)
    assert near(opened(content).getpixel((100, 40)), (200, 20, 20))


@pytest.mark.parametrize(
    "entry",
    [
        (0x011A, 2, b"abc\x00"),
        (0x0100, 9, b"\xff" * 4),
        (0x0103, 8, b"\xff\xff\x00\x00"),
        (0x9000, 11, b"abcd"),
    ],
    ids=["text for a number", "below zero", "short below zero", "number for text"],
)
def test_odd_metadata(entry):
    """Metadata that some program wrote wrongly are no reason to refuse a picture, which stands upright."""
    _, header = cleaned(files.noted(entry))

    assert (header.width, header.height) == (200, 320)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_upright(orientation):
    """However a camera was held, what was above is above."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    upright = Image.open(io.BytesIO(files.plain("PNG")))
    upright.paste((0, 160, 0), (0, 0, 160, 100))
    held = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # how Pillow lays it, so that the tag undoes it
    lying = upright.transpose(Image.Transpose(held[orientation])) if orientation > 1 else upright
    content, header = cleaned(files.encoded(lying, "JPEG", exif=exif))

    assert (header.width, header.height) == (320, 200)
    assert near(opened(content).getpixel((40, 50)), (0, 160, 0))
    assert near(opened(content).getpixel((40, 150)), (200, 20, 20))
    assert near(opened(content).getpixel((280, 50)), (20, 20, 200))


def test_text_of_a_png_is_gone():
    """A PNG's text is not in what is kept."""
    content, _ = cleaned(files.texted())

    assert b"SECRET" not in content


@pytest.mark.parametrize(
    "file", [files.animated("PNG"), files.animated("WEBP"), files.doubled()], ids=["PNG", "WebP", "JPEG"]
)
def test_first_frame(file):
    """Of a file that holds several pictures the first is kept."""
    content, _ = cleaned(file)

    assert near(opened(content).getpixel((30, 20)), (0, 160, 0))
    assert getattr(opened(content), "n_frames", 1) == 1


@pytest.mark.parametrize("tail", [files.HTML, files.zipped()], ids=["HTML", "ZIP"])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_polyglots(kind, tail):
    """Of a page or an archive behind a picture nothing is kept."""
    content, _ = cleaned(files.plain(kind) + tail)

    assert files.SECRET not in content
    assert not zipfile.is_zipfile(io.BytesIO(content))


def test_page_inside_a_picture():
    """Nor of a page in a picture's comment."""
    content, _ = cleaned(files.plain("JPEG", comment=files.HTML))

    assert files.SECRET not in content


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_truncated(kind):
    """Half a picture is refused."""
    whole = files.encoded(Image.effect_noise((300, 200), 80), kind)

    with pytest.raises(BadPicture):
        cleaned(whole[: len(whole) // 2])


LIES = {
    "SVG": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "HTML": files.HTML,
    "GIF": files.plain("GIF"),
    "TIFF": files.plain("TIFF"),
    "BMP": files.plain("BMP"),
    "ZIP": files.zipped(),
    "PDF": b"%PDF-1.7\n" + bytes(100),
    "nothing": b"",
    "beginning of a PNG": b"\x89PNG\r\n\x1a\n" + files.HTML * 20,
    "beginning of a JPEG": b"\xff\xd8\xff\xe0" + files.HTML * 20,
    "PNG that holds a JPEG": files.plain("PNG")[:33] + files.plain("JPEG"),
    "WebP that holds a PNG": files.plain("WEBP")[:30] + files.plain("PNG"),
}


@pytest.mark.parametrize("file", LIES.values(), ids=LIES)
def test_what_is_no_picture(file):
    """What is no JPEG, PNG or WebP is refused, whatever its first bytes say."""
    with pytest.raises(BadPicture):
        cleaned(file)


def test_text_bomb():
    """A PNG with 200 MB of text, packed small, is refused, or kept without it; memory is not filled."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    try:
        content, _ = cleaned(files.text_bomb())
    except BadPicture:
        content = b""

    assert len(content) < 100_000
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss <= max(before, 600_000)


@pytest.mark.parametrize(
    "file", [files.png_bomb(20_000, 2_000), files.plain("PNG", size=(1, 1)) + bytes(MOST_BYTES)], ids=len
)
def test_too_large(file):
    """More pixels or bytes than are taken are refused before anything is decoded."""
    with pytest.raises(PictureTooLarge):
        cleaned(file)


def test_scan_upon_scan():
    """A JPEG that would keep a decoder busy for long is refused at once."""
    with pytest.raises(BadPicture, match="scans"):
        cleaned(files.scans())


def test_no_process_to_be_had():
    """Where the machine has no room for another process a citizen is told to come again."""
    asked = (
        "import resource, sys\n"
        "from arena.errors import TooBusy\n"
        "from arena.pictures.cleaning import cleaned\n"
        "file = sys.stdin.buffer.read()\n"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))\n"
        "try: cleaned(file)\n"
        "except TooBusy: print('too busy')"
    )
    done = subprocess.run([sys.executable, "-c", asked], input=files.plain(), capture_output=True, check=True)

    assert done.stdout == b"too busy\n"


def test_decoders_give_way():
    """The process that decodes gives way to those that answer citizens."""
    asked = (
        "import os, sys; from arena.pictures.__main__ import main; main(); sys.stderr.write(str(os.nice(0)))"
    )
    done = subprocess.run([sys.executable, "-c", asked], input=files.plain(), capture_output=True, check=True)

    assert int(done.stderr) > os.nice(0)
