"""Pictures over the HTTP API: what is taken, what is given back, and to whom."""

import io
from dataclasses import replace

import httpx
import pytest
from PIL import Image

from arena.contest.picture import MOST_BYTES, MOST_PICTURES
from arena.contest.rules import Track
from arena.errors import Fault
from arena.web.text.refusals import REFUSALS
from tests.pictures import files
from tests.web.conftest import consent
from tests.web.test_api import events, opened, voted


@pytest.fixture
def contest(contest):
    """A round that takes pictures, from contestants that all take them."""
    seeing = tuple(replace(one, images=True) for one in contest.roster.contestants)
    rules = replace(contest.rules, tracks=(Track.OPEN, Track.OPEN_PICTURES))
    return replace(contest, rules=rules, roster=replace(contest.roster, contestants=seeing))


@pytest.fixture
def stranger(served):
    """Another citizen."""
    with httpx.Client(base_url=served.url) as client:
        consent(client)
        yield client


def added(client, file=None, kind="image/png"):
    """Add a picture and give what is said of it."""
    answer = client.post("/api/pictures", content=file or files.plain(), headers={"content-type": kind})
    assert answer.status_code == 201, answer.text
    return answer.json()


def asked(client, *images):
    return client.post("/api/battles", json={"prompt": "이 사진을 설명해 주세요.", "images": images})


def test_whole_battle(served, citizen):
    """A question about a picture runs to its vote; both contestants are asked with the same picture."""
    picture = added(citizen, files.located())
    battle = asked(citizen, picture["picture"]).json()["battle"]

    assert events(citizen, battle)[-1][0] == "open"
    assert voted(citizen, battle).status_code == 200
    shown = citizen.get(f"/api/battles/{battle}").json()["turns"][0]["pictures"]
    assert shown == [picture] == [{"picture": picture["picture"], "width": 200, "height": 320}]
    (first, second) = [messages[-1]["content"] for _, messages in served.backend.asked]
    assert first == second
    assert [part["type"] for part in first] == ["image_url", "text"]


def test_given_back(citizen):
    """A picture is given back as it is kept: a JPEG that no browser takes for anything else, or stores."""
    picture = added(citizen, files.plain("WEBP") + files.HTML)
    answer = citizen.get(f"/api/pictures/{picture['picture']}")

    assert answer.headers["content-type"] == "image/jpeg"
    assert Image.open(io.BytesIO(answer.content)).size == (picture["width"], picture["height"])
    assert files.SECRET not in answer.content


def test_others_pictures(citizen, stranger, browser):
    """To others a picture is not there, to look at, to ask about or to take away."""
    picture = added(citizen)["picture"]

    assert stranger.get(f"/api/pictures/{picture}").status_code == 404
    assert asked(stranger, picture).json()["error"] == "no_picture"
    stranger.delete(f"/api/pictures/{picture}").raise_for_status()
    assert citizen.get(f"/api/pictures/{picture}").status_code == 200
    with httpx.Client(base_url=browser.base_url) as nobody:
        assert nobody.get(f"/api/pictures/{picture}").status_code == 403
        assert nobody.post("/api/pictures", content=files.plain()).status_code == 403


def test_taken_away(citizen):
    """She takes a picture away, and it is gone."""
    picture = added(citizen)["picture"]

    assert citizen.delete(f"/api/pictures/{picture}").status_code == 204
    assert citizen.get(f"/api/pictures/{picture}").status_code == 404


def test_erased(citizen):
    """With her record her pictures are gone."""
    picture = added(citizen)["picture"]
    token = dict(citizen.cookies)
    citizen.delete("/api/me").raise_for_status()
    citizen.cookies.update(token)

    assert citizen.get(f"/api/pictures/{picture}").status_code == 404


@pytest.mark.parametrize(
    ("file", "status", "error"),
    [
        (files.HTML, 422, "bad_picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", 422, "bad_picture"),
        (files.plain("GIF"), 422, "bad_picture"),
        (files.plain("JPEG")[:300], 422, "bad_picture"),
        (b"", 422, "bad_picture"),
        (files.png_bomb(20_000, 2_000), 413, "picture_too_large"),
        (bytes(MOST_BYTES + 1), 413, "picture_too_large"),
        (bytes(2 * MOST_BYTES), 413, "picture_too_large"),
    ],
    ids=["HTML", "SVG", "GIF", "truncated", "empty", "bomb", "a byte too much", "twice as much"],
)
@pytest.mark.parametrize("language", ["ko", "en"])
def test_refused(citizen, file, status, error, language):
    """What is no picture, or too large, is refused in her language, whatever type it says it has."""
    headers = {"content-type": "image/jpeg", "arena-language": language}
    answer = citizen.post("/api/pictures", content=file, headers=headers)

    assert (answer.status_code, answer.json()) == (
        status,
        {"error": error, "message": REFUSALS[error][language]},
    )


def test_no_declared_length(citizen):
    """A body that does not say how long it is, is counted as it comes."""

    def chunks():
        for _ in range(12):
            yield bytes(1_000_000)

    answer = citizen.post("/api/pictures", content=chunks())

    assert (answer.status_code, answer.json()["error"]) == (413, "picture_too_large")


def test_prompts_are_no_larger_for_it(citizen):
    """Only pictures may be so large: no other request."""
    answer = citizen.post("/api/battles", content=bytes(MOST_BYTES))

    assert (answer.status_code, answer.json()["error"]) == (413, "too_large")


def test_too_many(citizen):
    """A question with more pictures than are taken is refused."""
    images = [added(citizen)["picture"] for _ in range(MOST_PICTURES + 1)]

    assert asked(citizen, *images).status_code == 422


@pytest.mark.parametrize("images", ["x", [7], [None], ["0" * 33], {"a": 1}])
def test_strange_images(citizen, images):
    """What is no list of ids is refused."""
    answer = citizen.post("/api/battles", json={"prompt": "질문", "images": images})

    assert (answer.status_code, answer.json()["error"]) == (422, "bad_request")


@pytest.mark.parametrize("fault", [Fault.REFUSED, Fault.FAILED, Fault.STALLED])
def test_one_face(served, citizen, fault):
    """Whether a server refuses a picture or fails in another way, the citizen sees the same."""
    served.backend.scripts = {name: [fault] for name in served.arena.contest.roster.ids}
    battle = asked(citizen, added(citizen)["picture"]).json()["battle"]

    assert events(citizen, battle) == [("void", "1.0.0", {"reason": "reply_failed"})]


def test_round_says_so(citizen):
    """The round tells how many pictures a question may come with."""
    assert citizen.get("/api/round").json()["pictures"] == MOST_PICTURES


class TestWithoutPictures:
    """A round whose rules name no track of pictures."""

    @pytest.fixture
    def contest(self, contest):
        """The same, without pictures."""
        return replace(contest, rules=replace(contest.rules, tracks=(Track.OPEN,)))

    def test_none_are_taken(self, citizen):
        """No picture is taken, none is asked about, and questions are asked as ever."""
        answer = citizen.post("/api/pictures", content=files.plain())

        assert answer.json()["error"] == asked(citizen, "0" * 32).json()["error"] == "bad_request"
        assert citizen.get("/api/round").json()["pictures"] == 0
        assert events(citizen, opened(citizen))[-1][0] == "open"
