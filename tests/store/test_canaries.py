"""What canaries keep: two files, for this account alone."""

import stat
from dataclasses import replace

import pytest

from arena.contest.canary import Kept, Look, Plan
from arena.contest.roster import ContestantId
from arena.errors import BadSetting, Fault
from arena.store.canaries import CanaryFolder
from tests.fakes import NOON

ONE = ContestantId("one")
KEPT = Kept(Plan(100, 2, 0.01), "ab" * 32, {ONE: (("가\u2028나", ""), ("c", "d"))}, {ONE: "00" * 16})
LOOKS = [
    Look(ONE, 1, 1e-5, 0.5, 0.25, None, (("가\u2028",), ("c",)), "11" * 16),
    Look(ONE, 2, 1e-5, fault=Fault.CUT),
]


def test_kept(tmp_path):
    """What was kept is read again as it was, by whoever opens the folder next."""
    CanaryFolder(tmp_path / "new").keep(KEPT)

    assert CanaryFolder(tmp_path / "new").kept() == KEPT


def test_nothing_kept(tmp_path):
    """Before anything is kept there is nothing, and no folder is made to find that out."""
    folder = CanaryFolder(tmp_path / "new")

    assert folder.kept() is None
    assert folder.looks() == 0
    assert not (tmp_path / "new").exists()


def test_looks_are_counted(tmp_path):
    """Looks are counted, whatever replies hold, and anew when other replies are kept."""
    folder = CanaryFolder(tmp_path)
    folder.keep(KEPT)
    folder.add(NOON, LOOKS)
    folder.add(NOON, LOOKS)
    counted = folder.looks()

    folder.keep(replace(KEPT, asked="cd" * 32))

    assert (counted, folder.looks()) == (2, 0)


def test_looks_are_read_again(tmp_path):
    """Looks are read as they were made, each with the number of its time, and none of earlier keepings."""
    folder = CanaryFolder(tmp_path)
    folder.keep(KEPT)
    folder.add(NOON, LOOKS[:1])
    folder.add(NOON, LOOKS)
    made = list(folder.made())

    folder.keep(KEPT)

    assert made == [(1, LOOKS[0]), (2, LOOKS[0]), (2, LOOKS[1])]
    assert list(folder.made()) == []


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"looks": [{}]}', '{"looks": ['])
def test_spoiled_looks(tmp_path, content):
    """A line of looks that does not hold what was written is refused by the name of its file."""
    (tmp_path / "looks.jsonl").write_text(content + "\n")

    with pytest.raises(BadSetting, match=r"looks\.jsonl cannot be read"):
        list(CanaryFolder(tmp_path).made())


def test_for_this_account_alone(tmp_path):
    """Nobody else on the machine reads what contestants said."""
    folder = CanaryFolder(tmp_path / "new")
    folder.keep(KEPT)
    folder.add(NOON, LOOKS)

    modes = {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "new").iterdir()}
    assert modes == {0o600}
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"plan": {"looks": 0}, "asked": "", "replies": {}}'])
def test_spoiled(tmp_path, content):
    """A file that does not hold what was written is refused by its name, not taken for something."""
    (tmp_path / "kept.json").write_text(content)

    with pytest.raises(BadSetting, match=r"kept\.json cannot be read"):
        CanaryFolder(tmp_path).kept()


def test_unwritable(tmp_path):
    """A folder that cannot be is refused by its name."""
    (tmp_path / "file").write_text("mine")
    folder = CanaryFolder(tmp_path / "file")

    with pytest.raises(BadSetting, match="cannot write"):
        folder.keep(KEPT)
    with pytest.raises(BadSetting, match="cannot write"):
        folder.add(NOON, LOOKS)
