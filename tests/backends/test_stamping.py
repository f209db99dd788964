import subprocess
from datetime import UTC, datetime, timedelta

import pytest

from arena.backends.stamping import TimeStampAuthority
from arena.errors import BadSetting, StampRefused
from tests.backends.authority import Authority
from tests.servers import free_port

DOCUMENT = "회차 규칙".encode()


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """A time-stamping authority on loopback."""
    with Authority(tmp_path_factory.mktemp("stamps") / "authority") as running:
        yield running


@pytest.fixture
def asked(authority):
    """The arena's side of it; the authority behaves again."""
    authority.answer = "stamp"
    return TimeStampAuthority(authority.url, authority.roots)


def test_stamp(asked):
    """A document is stamped with the moment at which it was, and the stamp can be checked later."""
    stamp = asked.stamp(DOCUMENT)

    assert abs(stamp.moment - datetime.now(UTC)) < timedelta(minutes=1)
    assert asked.check(stamp.token, DOCUMENT) == stamp.moment


def test_openssl_reads_the_stamp(asked, authority, tmp_path):
    """Somebody else's tool confirms the stamp with the document and the root certificate alone."""
    (tmp_path / "rules.json").write_bytes(DOCUMENT)
    (tmp_path / "rules.tsr").write_bytes(asked.stamp(DOCUMENT).token)
    root = authority.folder / "root.pem"
    command = ["openssl", "ts", "-verify", "-in", "rules.tsr", "-data", "rules.json", "-CAfile", str(root)]

    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert "Verification: OK" in done.stdout + done.stderr


def test_other_document(asked):
    """A stamp does not hold for another document."""
    stamp = asked.stamp(DOCUMENT)

    with pytest.raises(StampRefused, match="does not hold"):
        asked.check(stamp.token, DOCUMENT + b" ")


@pytest.mark.parametrize("answer", ["refuse", "page", "endless", "earlier"])
def test_authority_that_misbehaves(asked, authority, answer):
    """A refusal, a web page, an endless answer or the stamp of an earlier query is not taken for a stamp."""
    asked.stamp(b"an earlier document")
    authority.answer = answer

    with pytest.raises(StampRefused):
        asked.stamp(DOCUMENT)


def test_authority_that_is_away(authority):
    """An authority that cannot be reached is named."""
    away = TimeStampAuthority(f"http://127.0.0.1:{free_port()}/", authority.roots)

    with pytest.raises(StampRefused, match=r"127\.0\.0\.1"):
        away.stamp(DOCUMENT)


def test_another_authority(asked, tmp_path):
    """A stamp of an authority that we do not trust does not hold."""
    stranger = Authority(tmp_path / "stranger")

    with pytest.raises(StampRefused):
        TimeStampAuthority("http://127.0.0.1/", stranger.roots).check(asked.stamp(DOCUMENT).token, DOCUMENT)


def test_no_certificates():
    """A file without certificates is a mistake in the settings and not a trust in everybody."""
    with pytest.raises(BadSetting, match="ARENA_STAMP_ROOTS"):
        TimeStampAuthority("http://127.0.0.1/", b"nothing")


def test_flipped_bits(asked):
    """A stamp in which anything is changed is refused or proves the same document at the same moment."""
    stamp = asked.stamp(DOCUMENT)
    for place in range(0, len(stamp.token), 37):
        flipped = bytearray(stamp.token)
        flipped[place] ^= 1
        try:
            moment = asked.check(bytes(flipped), DOCUMENT)
        except StampRefused:
            continue
        assert moment == stamp.moment
