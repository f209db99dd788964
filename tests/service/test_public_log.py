from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import event, text

from arena.contest.battle import Side
from arena.contest.rules import Verdict, Witnesses
from arena.errors import BadRequest, BadSetting, NotAtThisStage, NotFound, ReceiptPending
from arena.ledger import merkle, receipt, tiles
from arena.ledger.checkpoint import Checkpoint, WitnessKey
from arena.ledger.entries import EntryType
from arena.ledger.note import Note, SigningKey, Vkey
from arena.ledger.receipt import Receipt
from arena.service.log_keys import LogKeys
from arena.service.notary import Notary
from arena.service.public_log import PublicLog, witness_keys
from arena.service.views import Finding
from arena.store import record, tree
from tests.bundles import unbundle

ORIGIN = "log.example"
FIRST, SECOND, STRANGER = (
    WitnessKey(f"witness.example/{name}", bytes([number]) * 32)
    for number, name in enumerate(("w1", "w2", "stranger"))
)


@pytest.fixture
def house(arena):
    """An arena's log with two witnesses, of whom one is enough."""
    keys = LogKeys(arena.store, arena.secrets, ORIGIN, arena.clock, arena.chance)
    keys.begin()
    witnesses = Witnesses((str(FIRST.vkey), str(SECOND.vkey)), 1)
    return SimpleNamespace(
        keys=keys,
        notary=Notary(arena.store, keys, arena.clock),
        log=PublicLog(arena.store, ORIGIN, witnesses, arena.clock),
    )


def vote(arena, voter, verdict=Verdict.A):
    """Ask, get both answers and vote; gives the battle and what was acknowledged."""
    battle = arena.citizens.open_battle(arena.citizens.new_battle_id(), voter, "질문", "general", "ko")
    arena.citizens.answered(battle.id, {Side.A: "가", Side.B: "나"})
    return battle.id, arena.citizens.cast_vote(battle.id, voter, verdict)


def grow(arena, count):
    """Put entries on the ledger."""
    with arena.store.writing() as connection:
        for _ in range(count):
            record.append(connection, EntryType.ROUND_CLOSED, arena.clock(), {"n": 1}, arena.chance(16))


def cosigned(note, *witnesses, time=1_800_000_000):
    """A checkpoint's note with cosignatures."""
    read = Note.parse(note)
    lines = [*map(str, read.signatures), *(witness.cosign(read.text, time) for witness in witnesses)]
    return Note.of(read.text, lines).encoded()


def size_of(note):
    """How many entries a checkpoint covers."""
    return Checkpoint.parse(Note.parse(note).text).size


# What anyone may read


def test_no_checkpoint_yet(house):
    """Before the first checkpoint nothing of the log is shown."""
    with pytest.raises(NotFound):
        house.log.newest()
    with pytest.raises(NotFound):
        house.log.content("tile/0/000.p/1")


def test_tiles_lead_to_the_checkpoint(arena, house):
    """Whoever fetches tiles and entries computes the root that was signed, at any size."""
    for count in (3, 600):
        grow(arena, count)
        house.notary.checkpoint()
        newest = Checkpoint.parse(Note.parse(house.log.newest()).text)

        def read(level, first, wanted):
            assert first % tiles.WIDTH == 0
            content = house.log.content(tiles.tile_path(level, first // tiles.WIDTH, wanted))
            return [content[place : place + 32] for place in range(0, len(content), 32)]

        assert tiles.root(newest.size, read) == newest.root
        bundle = unbundle(house.log.content(f"tile/entries/000.p/{min(newest.size, 255)}"))
        assert list(map(merkle.leaf_hash, bundle)) == read(0, 0, min(newest.size, 255))


NOT_THERE = """
tile/0/000 tile/0/000.p/6 tile/0/001.p/1 tile/1/000.p/1 tile/entries/000.p/6 tile/entries/000
tile/0/0 tile/0/000.p/0 tile/0/000.p/256 tile/64/000.p/1 tile/9/x999/x999/x999/x999/x999/999
tile/0/-01 tile/entries/abc tile/ tile/0/000.p/5/ tile/0/٠٠٠
"""


@pytest.mark.parametrize("path", ["", *NOT_THERE.split()])
def test_nothing_beyond_the_checkpoint(arena, house, path):
    """A tile that the newest checkpoint does not cover does not exist, and nor do other addresses."""
    house.notary.checkpoint()
    grow(arena, 1)

    with pytest.raises(NotFound):
        house.log.content(path)


def test_a_proof_reads_no_more_than_it_must(arena, house, voter):
    """A receipt of a large record takes a few reads of one tile each."""
    battle, _ = vote(arena, voter)
    grow(arena, 3000)
    house.notary.checkpoint()
    rows = []
    event.listen(arena.store.engine, "after_cursor_execute", lambda _c, _cursor, said, *_: rows.append(said))

    house.log.receipt(battle, voter)

    assert len([said for said in rows if "ledger.leaf" in said or "nodes" in said]) <= 4


# Receipts


@pytest.mark.parametrize("verdict", Verdict)
def test_receipt(arena, house, voter, verdict):
    """A receipt proves offline that the vote is on record as cast."""
    battle, cast = vote(arena, voter, verdict)
    grow(arena, 300)
    house.notary.checkpoint()

    read = Receipt.parse(house.log.receipt(battle, voter))

    checked = receipt.check(read, [Vkey.parse(house.keys.in_force())], [])
    assert (checked.verdict, checked.index, checked.size) == (verdict, cast.index, 308)
    assert read.leaf.hex() == cast.leaf


def test_receipt_names_no_team(arena, house, voter):
    """Nothing in a receipt, nor in the public entries, holds a contestant's name or the voter's pseudonym."""
    battle, _ = vote(arena, voter)
    made = house.notary.checkpoint()
    shown = house.log.receipt(battle, voter) + Receipt.parse(house.log.receipt(battle, voter)).entry
    shown += house.log.content(f"tile/entries/000.p/{made.size}").decode("latin-1")

    secret = [
        voter,
        battle,
        *(name for one in arena.contest.roster.contestants for name in (one.id, one.team)),
    ]
    assert [word for word in secret if word in shown] == []


def test_receipt_is_pending(arena, house, voter):
    """A vote that no checkpoint covers yet has no receipt yet."""
    house.notary.checkpoint()
    battle, _ = vote(arena, voter)

    with pytest.raises(ReceiptPending):
        house.log.receipt(battle, voter)


def test_receipt_of_another(arena, house, voter):
    """Nobody gets the receipt of another's vote, or of a battle without one."""
    battle, _ = vote(arena, voter)
    waiting = arena.citizens.open_battle(arena.citizens.new_battle_id(), voter, "질문", "general", "ko").id
    house.notary.checkpoint()

    with pytest.raises(NotFound):
        house.log.receipt(battle, "another")
    with pytest.raises(NotFound):
        house.log.receipt("0" * 32, voter)
    with pytest.raises(NotAtThisStage):
        house.log.receipt(waiting, voter)


def test_receipt_with_witnesses(arena, house, voter):
    """A receipt comes with the newest checkpoint that enough witnesses cosigned, if it covers the vote."""
    battle, _ = vote(arena, voter)
    first = house.notary.checkpoint()
    before = Receipt.parse(house.log.receipt(battle, voter))
    house.log.cosign(cosigned(first.note, FIRST))
    grow(arena, 5)
    house.notary.checkpoint()
    after = Receipt.parse(house.log.receipt(battle, voter))
    later, _ = vote(arena, voter)
    newest = house.notary.checkpoint()
    uncovered = Receipt.parse(house.log.receipt(later, voter))

    sizes = [Checkpoint.parse(one.note.text).size for one in (before, after, uncovered)]
    assert sizes == [first.size, first.size, newest.size]
    keys = [Vkey.parse(house.keys.in_force())]
    assert receipt.check(after, keys, [FIRST.vkey]).cosigners == (FIRST.name,)
    assert receipt.check(before, keys, [FIRST.vkey]).cosigners == ()


# A receipt that somebody brings


@pytest.fixture
def brought(arena, house, voter):
    """A receipt of a tie."""
    battle, _ = vote(arena, voter, Verdict.TIE)
    house.notary.checkpoint()
    return house.log.receipt(battle, voter)


def test_checked(house, brought):
    """The page says of a good receipt what it proves."""
    found = house.log.check_receipt(brought)

    assert (found.finding, found.verdict, found.index, found.size) == (Finding.HOLDS, Verdict.TIE, 7, 8)
    assert found.code == receipt.short_code(Receipt.parse(brought).leaf)
    assert found.recorded.second == 0


def test_checked_after_a_rotation(arena, house, brought):
    """A receipt under an old key still holds after the log's key was rotated."""
    house.keys.rotate(timedelta(0))
    house.notary.checkpoint()

    assert house.log.check_receipt(brought).finding is Finding.HOLDS


def test_brought_from_elsewhere(arena, house, brought):
    """What is no receipt, was changed, or is another log's, is told apart."""
    read = Receipt.parse(brought)
    changed = replace(read, verdict=Verdict.A).encoded()
    other = SigningKey("other.example", b"\x05" * 32)
    body = read.note.text.replace(ORIGIN, "other.example")
    foreign = replace(read, note=Note.of(body, [other.sign(body)])).encoded()
    forged = SigningKey(ORIGIN, b"\x05" * 32)
    unsigned = replace(read, note=Note.of(read.note.text, [forged.sign(read.note.text)])).encoded()

    said = [house.log.check_receipt(one).finding for one in ("hello", "", changed, foreign, unsigned)]

    assert said == [
        Finding.UNREADABLE,
        Finding.UNREADABLE,
        Finding.BROKEN,
        Finding.FOREIGN,
        Finding.BROKEN,
    ]


def test_a_receipt_that_the_record_contradicts(arena, house, brought):
    """A receipt that this log signed, over a record that is another now, is evidence, and said so."""
    with arena.store.writing() as connection:
        if arena.store.is_sqlite:
            connection.execute(text("DROP TRIGGER ledger_no_update"))
        else:
            connection.execute(text("ALTER TABLE ledger DISABLE TRIGGER ALL"))
        connection.execute(text(f"UPDATE ledger SET leaf = '{'0' * 64}' WHERE sequence = 3"))

    assert house.log.check_receipt(brought).finding is Finding.CONTRADICTS


def test_a_receipt_of_a_record_that_is_lost(arena, house, brought):
    """A receipt for more entries than there are, as after a backup was put back, is evidence too."""
    read = Receipt.parse(brought)
    with arena.store.reading() as connection:
        leaves = [merkle.leaf_hash(line.entry) for line in record.lines(connection)]
        key = house.keys.signers(connection, 9, arena.clock())[0]
    leaves.append(b"\x00" * 32)
    body = Checkpoint(ORIGIN, 9, merkle.root(leaves)).text()
    longer = replace(
        read, hashes=tuple(merkle.inclusion_proof(leaves, 7)), note=Note.of(body, [key.sign(body)])
    )

    assert house.log.check_receipt(longer.encoded()).finding is Finding.CONTRADICTS


# Witnesses


def test_cosignatures(arena, house):
    """Cosignatures of the rules' witnesses are kept, once each, and published with the checkpoint."""
    made = house.notary.checkpoint()
    first = house.log.cosign(cosigned(made.note, FIRST, STRANGER))
    again = house.log.cosign(cosigned(made.note, FIRST, SECOND, time=1_800_000_060))
    published = Note.parse(house.log.newest())

    assert (first, again) == ((FIRST.name,), (FIRST.name, SECOND.name))
    assert [signature.name for signature in published.signatures] == [ORIGIN, FIRST.name, SECOND.name]
    with arena.store.reading() as connection:
        assert [size_of(note) for _, note in tree.all_published(connection)] == [made.size]


def test_cosignatures_that_are_not_taken(arena, house):
    """A cosignature of a stranger, of another checkpoint or with a flaw changes nothing."""
    made = house.notary.checkpoint()
    flawed = cosigned(made.note, FIRST).replace(
        FIRST.cosign(Note.parse(made.note).text, 1_800_000_000)[-9:], "AAAAAAA="
    )
    other = Checkpoint(ORIGIN, made.size, b"\x01" * 32).text()
    unknown = Checkpoint(ORIGIN, made.size + 1, b"\x01" * 32).text()

    for note in (made.note, cosigned(made.note, STRANGER), flawed, "hello", ""):
        with pytest.raises(BadRequest):
            house.log.cosign(note)
    for body in (other, unknown):
        with pytest.raises(NotFound):
            house.log.cosign(Note.of(body, [FIRST.cosign(body, 1)]).encoded())
    assert house.log.newest() == made.note


@pytest.mark.parametrize(
    ("keys", "quorum"),
    [
        (("hello",), 0),
        ((str(SigningKey(ORIGIN, b"\x05" * 32).vkey),), 1),
        ((str(FIRST.vkey), str(FIRST.vkey)), 1),
        ((str(FIRST.vkey), str(WitnessKey("another.example", FIRST.seed).vkey)), 2),
        ((str(FIRST.vkey),), 2),
    ],
)
def test_witnesses_that_cannot_be(keys, quorum):
    """Rules whose witnesses could never sign, or count twice, are refused by name."""
    with pytest.raises(BadSetting, match="the rules' witnesses"):
        witness_keys(Witnesses(keys, quorum))
