"""Questions about pictures in real processes: asked, voted on, exported, and drawn again by the verifier."""

import json
import re

import httpx

from tests.forked import ForkedArena
from tests.pictures import files
from tests.web.conftest import consent
from tests.web.test_api import events, voted

SEEING = {"gulleongsoe", "beodeulchi", "mulsujebi"}


def test_pictures_are_on_the_record(tmp_path):
    """The demo's models see what they are sent, and the seats of every question are drawn again."""
    arena = ForkedArena(tmp_path)
    arena.start()
    try:
        with httpx.Client(base_url=arena.url, timeout=60) as citizen:
            consent(citizen)
            said = [battle(citizen, with_picture=place % 2 == 0) for place in range(6)]
        code = re.search(r"--confirm ([0-9a-f]{8})", arena.command("round", "close").stderr)[1]
        closed = arena.command("round", "close", "--confirm", code)
        exported = arena.command("export", str(tmp_path / "folder"), "--auditors")
        checked = arena.command("verify", str(tmp_path / "folder"))
    finally:
        arena.stop()

    done = [one.returncode for one in (closed, exported, checked)]
    assert done == [0, 0, 0], closed.stderr + exported.stderr + checked.stdout
    openings = (tmp_path / "folder/openings.jsonl").read_text("utf-8").splitlines()
    opened = [payload for line in openings if "seats" in (payload := json.loads(line)["payload"])]
    assert "the secret of the drawing is not revealed" not in checked.stdout
    assert [one["track"] for one in opened] == ["open_pictures", "open"] * 3
    assert {one for battle in opened[::2] for one in battle["seats"].values()} <= SEEING
    assert any("200" in text and "320" in text for texts in said[::2] for text in texts)


def battle(citizen, *, with_picture):
    """Ask, vote, and give both replies."""
    images = []
    if with_picture:
        images.append(citizen.post("/api/pictures", content=files.located()).json()["picture"])
    asked = {"prompt": "무엇이 보이나요?", "images": images}
    opened = citizen.post("/api/battles", json=asked).raise_for_status().json()["battle"]
    assert events(citizen, opened)[-1][0] == "open"
    assert voted(citizen, opened, "tie").status_code == 200
    return list(citizen.get(f"/api/battles/{opened}").json()["turns"][0]["replies"].values())
