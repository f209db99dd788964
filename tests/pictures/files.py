"""Files that citizens might send: pictures of every kind, and what only looks like one."""

import io
import struct
import zipfile
import zlib

from PIL import Image, ImageCms, PngImagePlugin

SECRET = b"<script>alert(document.domain)</script>"
HTML = b"<!doctype html><title>x</title>" + SECRET


def encoded(picture: Image.Image, kind: str = "JPEG", **more: object) -> bytes:
    """The file of a picture."""
    made = io.BytesIO()
    picture.save(made, kind, **more)
    return made.getvalue()


def plain(kind: str = "JPEG", size: tuple[int, int] = (320, 200), mode: str = "RGB", **more: object) -> bytes:
    """A picture that is red on the left and blue on the right."""
    picture = Image.new("RGB", size, (200, 20, 20))
    picture.paste((20, 20, 200), (size[0] // 2, 0, *size))
    return encoded(picture.convert(mode), kind, **more)


def chunk(name: bytes, content: bytes) -> bytes:
    """A chunk of a PNG."""
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png_bomb(width: int, height: int) -> bytes:
    """A PNG of few bytes that is black all over."""
    rows = zlib.compressobj(9)
    row = b"\x00" * (1 + width * 3)
    packed = b"".join(rows.compress(row) for _ in range(height)) + rows.flush()
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def text_bomb() -> bytes:
    """A small PNG whose compressed text is 200 MB long."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(1 << 20)) for _ in range(200)) + packer.flush()
    whole = plain("PNG")
    return whole[:33] + chunk(b"zTXt", b"Comment\x00\x00" + packed) + whole[33:]


def scans() -> bytes:
    """A JPEG with one scan after another, each of which goes over the whole picture."""
    whole = plain("JPEG", (2000, 2000), progressive=True)
    start = whole.rindex(b"\xff\xda")
    return whole[:start] + whole[start:-2] * 2_000 + b"\xff\xd9"


def located(kind: str = "JPEG") -> bytes:
    """A picture that tells where it was taken and by whom, in every place that can hold it."""
    exif = Image.Exif()
    exif[0x010F], exif[0x013B] = "SECRETMAKER", "SECRETNAME"
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[1], exif.get_ifd(0x8825)[2] = "N", (37.0, 33.0, 59.0)
    told = {"exif": exif, "xmp": b"<x>SECRETXMP</x>", "icc_profile": b"SECRETPROFILE" * 20}
    return plain(kind, **told, **({"comment": b"SECRETCOMMENT"} if kind == "JPEG" else {}))


def noted(*entries: tuple[int, int, bytes]) -> bytes:
    """A picture that lies on its side, and whose EXIF has further entries, of tag, type and value."""
    listed = ((0x0112, 3, b"\x06\x00\x00\x00"), *entries)
    rows = b"".join(struct.pack("<HHI4s", tag, kind, 1, value) for tag, kind, value in listed)
    exif = b"Exif\x00\x00II*\x00\x08\x00\x00\x00" + struct.pack("<H", len(listed)) + rows + bytes(4)
    whole = plain("JPEG")
    return whole[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + whole[2:]


def doubled() -> bytes:
    """A picture as telephones make them: a JPEG, and another one behind it."""
    first, second = (Image.new("RGB", (64, 48), colour) for colour in ((0, 160, 0), (200, 0, 0)))
    return encoded(first, "MPO", save_all=True, append_images=[second])


def texted() -> bytes:
    """A PNG with text beside its pixels."""
    beside = PngImagePlugin.PngInfo()
    beside.add_text("Comment", "SECRETTEXT")
    return plain("PNG", pnginfo=beside)


def animated(kind: str) -> bytes:
    """A picture that moves: green, then red."""
    frames = [Image.new("RGB", (64, 48), colour) for colour in ((0, 160, 0), (200, 0, 0))]
    return encoded(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)


def profiled(kind: str = "JPEG", mode: str = "RGB", *, profile: bytes | None = None) -> bytes:
    """A picture with a profile, if none other by which red is green and green is red."""
    return plain(kind, mode=mode, icc_profile=mirrored() if profile is None else profile)


def mirrored() -> bytes:
    """The profile sRGB, in which red and green have changed places."""
    whole = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return whole.replace(b"rXYZ", b"....").replace(b"gXYZ", b"rXYZ").replace(b"....", b"gXYZ")


def _of_tables(points: int, inputs: int, entries: int) -> bytes:
    """A profile whose colours are in a table of so many points for each of `inputs` (ICC.1:2022, 10.10)."""
    table = b"mft1" + bytes(4) + bytes([inputs, 3, points, 0]) + bytes(36) + bytes(256 * inputs + entries)
    head = struct.pack(">I4sI4s4s4s", 0, b"lcms", 0x02400000, b"mntr", b"RGB ", b"Lab ") + bytes(12)
    head += b"acsp" + bytes(24) + struct.pack(">III", 0xF6D6, 0x10000, 0xD32D) + bytes(48)
    tags = struct.pack(">I4sII", 1, b"A2B0", 144, len(table))
    whole = head + tags + table
    return struct.pack(">I", len(whole)) + whole[4:]


HOSTILE_PROFILES = {
    "no profile at all": b"SECRETPROFILE" * 20,
    "empty": b"acsp",
    "cut off": mirrored()[:300],
    "tags that are nowhere": mirrored()[:128] + b"\xff" * 460,
    "a million tags": mirrored()[:128] + b"\x00\x10\x00\x00" + mirrored()[132:],
    "huge table": _of_tables(255, 3, 1000),
    "table of many dimensions": _of_tables(33, 15, 1000),
    "many bytes": mirrored() + bytes(4_000_000),
    "other colours": mirrored().replace(b"RGB ", b"CMYK"),
    "its own device": mirrored().replace(b"mntr", b"link"),
}


def zipped() -> bytes:
    """An archive with a page in it."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("index.html", HTML)
    return made.getvalue()
