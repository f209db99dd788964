"""The door to Pillow: a foreign file in, a plain JPEG of its pixels out."""

import io
import warnings

from PIL import (
    ExifTags,
    Image,
    ImageCms,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from arena.contest.picture import MOST_KEPT, MOST_PIXELS, Format, kept_size

QUALITIES = (90, 75, 50, 20)
"""Of JPEG: the first that gives few enough bytes. A photo rarely needs the second; noise needs the last."""

PAPER = (255, 255, 255)
"""What is behind a picture that one can see through."""

SRGB = ImageCms.createProfile("sRGB")
"""What colours mean where nothing says it, and in whatever is kept."""

PROFILED = {"L": "RGB", "RGB": "RGB", "RGBA": "RGBA", "CMYK": "RGB"}
"""Modes of pictures whose profile is heeded, and what they are brought into."""

TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What makes a picture of each EXIF orientation upright."""

Image.MAX_IMAGE_PIXELS = MOST_PIXELS
Image.preinit()
LOADED = (JpegImagePlugin, MpoImagePlugin, PngImagePlugin, TiffImagePlugin, WebPImagePlugin)
"""With this module and not when first needed: then no file can be opened any more."""


def redrawn(file: bytes) -> bytes:
    """Decode a picture (the first of several), turn it upright, make it small enough, and encode it anew.

    Nothing but pixels goes from one to the other: no metadata, no thumbnail, nothing appended, and of a
    profile only what it makes of the colours.

    Raises:
        Whatever Pillow raises at a file that it cannot read whole; that differs from codec to codec.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        with Image.open(io.BytesIO(file), formats=[str(one) for one in Format]) as picture:
            # Orientation may swap the sides; their longest is the same.
            picture.thumbnail(kept_size(*picture.size), Image.Resampling.LANCZOS)
            plain = _opaque(_upright(picture))
    tries = (_encoded(plain, quality) for quality in QUALITIES)
    return next(made for made in tries if len(made) <= MOST_KEPT)


def _encoded(plain: Image.Image, quality: int) -> bytes:
    made = io.BytesIO()
    plain.save(made, "JPEG", quality=quality)
    return made.getvalue()


def _upright(picture: Image.Image) -> Image.Image:
    """Turn a picture as its metadata say, which for that are read and not, as by ImageOps, written again."""
    turn = TURNS.get(picture.getexif().get(ExifTags.Base.Orientation, 1))
    return picture if turn is None else picture.transpose(turn)


def _opaque(picture: Image.Image) -> Image.Image:
    """Give the pixels as RGB in an image that holds nothing else, on white where one can see through."""
    if picture.mode.startswith("I"):  # 16 bits of grey
        picture = picture.convert("I").point(lambda value: value / 256).convert("L")
    if picture.has_transparency_data:
        seen = _in_srgb(picture.convert("RGBA"))
        paper = Image.new("RGB", seen.size, PAPER)
        paper.paste(seen, mask=seen.getchannel("A"))
        return paper
    plain = Image.new("RGB", picture.size)
    plain.paste(_in_srgb(picture.convert("RGB") if picture.mode == "P" else picture).convert("RGB"))
    return plain


def _in_srgb(picture: Image.Image) -> Image.Image:
    """Give the colours that a picture's profile means; one that is broken or for others says nothing."""
    profile = picture.info.get("icc_profile")
    if not profile or picture.mode not in PROFILED:
        return picture
    try:
        meant = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        changed = ImageCms.profileToProfile(picture, meant, SRGB, outputMode=PROFILED[picture.mode])
    except (OSError, ImageCms.PyCMSError):
        return picture
    return picture if changed is None else changed
