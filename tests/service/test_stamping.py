import contextlib
from dataclasses import fields

import pytest

from arena.backends.stamping import TimeStampAuthority
from arena.cli import main as cli
from arena.cli.house import House
from arena.errors import BadSetting, NotAtThisPhase, StampRefused
from arena.ledger.frozen import contest_document, document_hash
from arena.service.stamping import Document, Stamping
from arena.store import results, stamps, tree
from tests.backends.authority import Authority
from tests.leading import lifecycle, surely


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


@pytest.fixture
def stamping(arena, asked):
    """Stamps for the arena's round."""
    return Stamping(arena.store, arena.contest.rules.round_id, asked)


def kept(arena):
    """The stamps on record."""
    with arena.store.reading() as connection:
        return stamps.stamps_of(connection, arena.contest.rules.round_id)


def test_rules(arena, stamping, asked, authority):
    """The stamp of the rules is one of rules.json, and asking again asks the authority for nothing."""
    moment = stamping.stamp(Document.RULES)
    authority.answer = "refuse"

    assert stamping.stamp(Document.RULES) == moment
    document = contest_document(arena.contest)
    with arena.store.reading() as connection:
        name, content = stamping._content(connection, Document.RULES)
    assert name == "rules"
    assert asked.check(kept(arena)["rules"], content) == moment
    assert document_hash(document) == arena.round.rules_hash


def test_result(arena, stamping, asked):
    """What is stamped of a result is the ledger's line that commits to it, and nothing that is sealed."""
    steps = lifecycle(arena)
    surely(steps.close)
    surely(steps.commit_result)

    moment = stamping.stamp(Document.RESULT)

    with arena.store.reading() as connection:
        (result,) = results.all_of(connection, arena.contest.rules.round_id)
        (line,) = tree.entries(connection, result.entry, 1)
    assert b"ResultCommitted" in line
    assert asked.check(kept(arena)["result-1"], line) == moment


class Overtaken:
    """An authority that somebody else asks first, each time it is asked."""

    def __init__(self, asked, other):
        self.asked = asked
        self.other = other
        self.stamps = []

    def stamp(self, content):
        self.stamps.append(self.other.stamp(Document.RULES))
        return self.asked.stamp(content)

    def check(self, token, content):
        return self.asked.check(token, content)


def test_two_at_once(arena, stamping, asked):
    """Of two who ask at once both are told the stamp that was kept, that of the first."""
    overtaken = Overtaken(asked, stamping)
    second = Stamping(arena.store, arena.contest.rules.round_id, overtaken)

    moment = second.stamp(Document.RULES)

    assert overtaken.stamps == [moment]


def test_no_result_yet(stamping):
    """A result that is not committed cannot be stamped."""
    with pytest.raises(NotAtThisPhase):
        stamping.stamp(Document.RESULT)


def test_rules_not_frozen_yet(arena, asked):
    """Rules that are not frozen cannot be stamped."""
    with pytest.raises(NotAtThisPhase):
        Stamping(arena.store, "another-round", asked).stamp(Document.RULES)


def test_refused(arena, stamping, authority):
    """An authority that gives no stamp leaves nothing on record, and the arena can ask again."""
    authority.answer = "page"
    with pytest.raises(StampRefused):
        stamping.stamp(Document.RULES)
    assert kept(arena) == {}
    authority.answer = "stamp"

    stamping.stamp(Document.RULES)

    assert list(kept(arena)) == ["rules"]


def test_no_authority(arena):
    """Without an authority the operator reads which settings name one."""
    with pytest.raises(BadSetting, match="ARENA_STAMP_URL"):
        Stamping(arena.store, arena.contest.rules.round_id, None).stamp(Document.RULES)


def test_command(stamping, capsys):
    """`arena stamp rules` prints the moment of the stamp."""
    doors = {field.name: lambda: None for field in fields(House)}
    house = House(**doors | {"stamping": lambda: contextlib.nullcontext(stamping)})

    assert cli.main(["stamp", "rules"], lambda: house) == 0
    assert capsys.readouterr().out.startswith("rules stamped at 20")
