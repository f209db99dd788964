import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from arena.errors import BadSetting
from arena.identity.secrets import SECRET_BYTES, Secrets

RACERS = 16


@pytest.fixture
def folder(tmp_path):
    """A folder that is not there yet."""
    return tmp_path / "data" / "secrets"


def test_a_secret_is_made_when_it_is_asked_for(folder):
    """A new arena needs no preparation: a secret is made once and stays."""
    secrets = Secrets(folder)
    before = secrets.exists("citizen.key")
    made = secrets.get("citizen.key")

    assert not before
    assert secrets.exists("citizen.key")
    assert len(made) == SECRET_BYTES
    assert Secrets(folder).get("citizen.key") == made


def test_secrets_are_told_apart(folder):
    """Each name has a secret of its own, and each folder."""
    secrets, others = Secrets(folder), Secrets(folder.parent / "others")
    values = {secrets.get("r1.seed"), secrets.get("r1.pepper"), secrets.get("r2.seed"), others.get("r1.seed")}

    assert len(values) == 4


def test_only_the_owner_reads(folder):
    """No other account of the machine can read a secret or list the folder."""
    Secrets(folder).get("citizen.key")

    assert (folder / "citizen.key").stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700


def test_nothing_else_is_left(folder):
    """Making a secret leaves no draft of it behind."""
    Secrets(folder).get("citizen.key")

    assert [path.name for path in folder.iterdir()] == ["citizen.key"]


def test_a_race_makes_one_secret(folder):
    """Processes that start at the same moment end up with the same secret."""
    barrier = Barrier(RACERS)

    def race(_):
        barrier.wait()
        return Secrets(folder).get("r1.seed")

    with ThreadPoolExecutor(RACERS) as threads:
        found = set(threads.map(race, range(RACERS)))

    assert len(found) == 1
    assert [path.name for path in folder.iterdir()] == ["r1.seed"]


@pytest.mark.parametrize("content", [b"", b"x" * 31, b"x" * 33, b"x" * 1_000])
def test_a_damaged_secret_is_not_replaced(folder, content):
    """A damaged secret is a clear message; a new one in its place would orphan the whole record."""
    folder.mkdir(parents=True)
    (folder / "r1.pepper").write_bytes(content)

    with pytest.raises(BadSetting, match=r"r1\.pepper does not hold 32 bytes; restore it"):
        Secrets(folder).get("r1.pepper")
    assert (folder / "r1.pepper").read_bytes() == content


def test_a_folder_that_cannot_be_made(tmp_path):
    """Where secrets cannot be kept, the operator reads which folder it is and why."""
    (tmp_path / "file").write_text("in the way")
    secrets = Secrets(tmp_path / "file" / "secrets")

    assert not secrets.exists("citizen.key")
    with pytest.raises(BadSetting, match=r"cannot keep secrets in .*file/secrets: Not a directory"):
        secrets.get("citizen.key")


def test_a_secret_that_is_a_folder(folder):
    """What stands under a secret's name and is no file is a clear message."""
    (folder / "citizen.key").mkdir(parents=True)

    with pytest.raises(BadSetting, match="Is a directory"):
        Secrets(folder).get("citizen.key")


@pytest.mark.parametrize(
    "name", ["", "key", "../up.key", "a/b.key", "A.key", "a.key\n", ".key", "a.txt", "\0.key"]
)
def test_names_stay_in_the_folder(folder, name):
    """A round's name cannot lead a secret out of its folder."""
    with pytest.raises(ValueError, match=f"^{re.escape(name)}$"):
        Secrets(folder).get(name)
