"""Demo contestants and pictures: what they see is measured, and who takes none refuses as vLLM does."""

from base64 import b64encode
from decimal import Decimal

import pytest
from PIL import Image

from arena.backends.demo import composing
from arena.backends.demo.looking import DATA, look
from arena.backends.demo.personas import BY_ID, PERSONAS
from arena.backends.vllm import VllmBackend
from arena.contest.rules import Decoding
from arena.errors import BackendError, Fault
from tests.pictures import files

DECODING = Decoding(Decimal("0.7"), Decimal("0.9"), 1024)


def address(content):
    """The data URL of a picture."""
    return DATA + b64encode(content).decode()


def asking(content, text="이 사진을 설명해 주세요."):
    """A conversation that begins with a picture."""
    shown = {"type": "image_url", "image_url": {"url": address(content)}}
    return [{"role": "user", "content": [shown, {"type": "text", "text": text}]}]


def test_what_is_seen():
    """Size, shape, light and colours are those of the picture."""
    picture = Image.new("RGB", (300, 400), (250, 250, 250))
    picture.paste((200, 10, 10), (0, 300, 300, 400))

    seen = look(address(files.encoded(picture)))

    assert (seen.width, seen.height, seen.shape, seen.lighter) == (300, 400, "tall", "top")
    assert seen.colours == ("white", "red")


@pytest.mark.parametrize(
    ("colour", "name"),
    [
        ((0, 0, 0), "black"),
        ((130, 130, 130), "grey"),
        ((255, 255, 255), "white"),
        ((220, 20, 20), "red"),
        ((250, 130, 20), "orange"),
        ((110, 60, 15), "brown"),
        ((240, 230, 30), "yellow"),
        ((20, 170, 40), "green"),
        ((20, 60, 210), "blue"),
        ((140, 20, 210), "purple"),
        ((250, 110, 190), "pink"),
        ((220, 20, 40), "red"),
    ],
)
def test_names_of_colours(colour, name):
    """Colours are called what people call them."""
    seen = look(address(files.encoded(Image.new("RGB", (40, 40), colour))))

    assert seen.colours == (name,)


@pytest.mark.parametrize(
    "url", ["https://example.org/x.jpg", "data:image/jpeg;base64,AAAA", "data:image/jpeg;base64,é"]
)
def test_what_is_no_picture(url):
    """Another address, or what is no picture, is refused."""
    with pytest.raises(ValueError, match="no "):
        look(url)


@pytest.mark.parametrize("text", ["이 사진을 설명해 주세요.", "What is in this picture?"])
@pytest.mark.parametrize("persona", PERSONAS, ids=lambda persona: persona.id)
def test_every_style_describes(persona, text):
    """Whatever its style, a reply about a picture has no gap in it."""
    seen = look(address(files.plain(size=(300, 200))))
    said = composing.reply(composing.load(), persona, [text], seen)

    assert said
    assert "{" not in said


async def replied(roster, name, messages):
    async with VllmBackend({}) as backend:
        return "".join([text async for text in backend.reply(roster[name], messages, DECODING)])


async def test_asked_over_the_wire(roster):
    """A contestant that takes pictures tells the size of the one it got."""
    said = await replied(roster, "gulleongsoe", asking(files.plain(size=(321, 123))))

    assert "321" in said
    assert "123" in said


async def test_later_turns(roster):
    """A later question without a picture is answered as any other."""
    later = [
        *asking(files.plain()),
        {"role": "assistant", "content": "그렇습니다."},
        {"role": "user", "content": "더 자세히요"},
    ]

    assert "320" not in await replied(roster, "gulleongsoe", later)


async def test_who_takes_no_pictures(roster):
    """A model of texts refuses a picture as vLLM does, and that is one of the faults of the closed list."""
    blind = next(persona.id for persona in BY_ID.values() if not persona.images)
    with pytest.raises(BackendError) as refusal:
        await replied(roster, blind, asking(files.plain()))

    assert refusal.value.fault is Fault.REFUSED
