import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import event, text

from arena.errors import BadProof, BadSetting, LedgerError
from arena.identity.secrets import Secrets
from arena.ledger import merkle
from arena.ledger.checkpoint import Checkpoint
from arena.ledger.entries import EntryType
from arena.ledger.note import Note, Vkey
from arena.service.log_keys import LogKeys
from arena.service.notary import MOST_ENTRIES, Notary
from arena.store import record, tree

ORIGIN = "log.example/arena"


@pytest.fixture
def keys(arena):
    """The log's keys, with the first one made."""
    made = LogKeys(arena.store, arena.secrets, ORIGIN, arena.clock, arena.chance)
    made.begin()
    return made


@pytest.fixture
def notary(arena, keys):
    """The notary of the arena's log."""
    return Notary(arena.store, keys, arena.clock)


def grow(arena, count):
    """Put entries on the ledger."""
    with arena.store.writing() as connection:
        for _ in range(count):
            record.append(connection, EntryType.ROUND_CLOSED, arena.clock(), {"n": 1}, arena.chance(16))


def leaves(arena):
    """Every leaf hash, computed from the entries themselves."""
    with arena.store.reading() as connection:
        return [merkle.leaf_hash(line.entry) for line in record.lines(connection)]


def opened(made):
    """What a checkpoint says."""
    return Checkpoint.parse(Note.parse(made.note).text)


def kept_of(arena):
    """Every checkpoint, oldest first."""
    with arena.store.reading() as connection:
        return list(tree.all_published(connection))


@pytest.mark.parametrize("steps", [(1,), (3, 250, 1, 600), (0, 0)])
def test_checkpoints_are_those_of_the_entries(arena, notary, steps):
    """Every checkpoint has the root that RFC 9162 gives for the entries so far, however they came."""
    for count in steps:
        grow(arena, count)
        made = notary.checkpoint()
        hashes = leaves(arena)

        assert (opened(made).size, opened(made).root) == (len(hashes), merkle.root(hashes))


def test_signed_by_the_log(arena, notary, keys):
    """A checkpoint carries the log's name and a signature that its published key verifies."""
    made = notary.checkpoint()

    assert opened(made).origin == ORIGIN
    assert Note.parse(made.note).signed_by(Vkey.parse(keys.in_force()))


def test_nothing_new(arena, notary):
    """Where nothing is new, no second checkpoint is made."""
    first = notary.checkpoint()
    arena.clock.advance(hours=1)

    assert notary.checkpoint() == first
    assert len(kept_of(arena)) == 1


def test_a_checkpoint_reads_no_more_than_it_must(arena, notary):
    """After 100 new entries a checkpoint reads these and the edge of the tree, not the ledger."""
    grow(arena, 3000)
    notary.checkpoint()
    grow(arena, 100)
    read = []
    event.listen(
        arena.store.engine,
        "after_cursor_execute",
        lambda _c, _cursor, statement, *_: read.append(statement),
    )

    notary.checkpoint()

    assert not any("count(" in one.lower() for one in read)
    assert len(read) < 40


def test_due(arena, notary):
    """A checkpoint falls due when an entry has waited a minute since the last, or a hundred wait."""
    first = notary.due()
    notary.checkpoint()
    at_once = notary.due()
    grow(arena, 1)
    waiting = notary.due()
    arena.clock.advance(seconds=60)
    waited = notary.due()
    notary.checkpoint()
    grow(arena, MOST_ENTRIES)

    assert (first, at_once, waiting, waited, notary.due()) == (True, False, False, True, True)


def test_a_clock_that_goes_back(arena, notary):
    """A clock that is put back does not put checkpoints off."""
    notary.checkpoint()
    grow(arena, 1)
    arena.clock.advance(hours=-5)

    assert notary.due()


def test_no_key(arena):
    """Without a key nothing is signed, and the message names the command that makes one."""
    notary = Notary(
        arena.store, LogKeys(arena.store, arena.secrets, ORIGIN, arena.clock, arena.chance), arena.clock
    )

    with pytest.raises(LedgerError, match="arena key new"):
        notary.checkpoint()
    assert notary.sound


def test_two_processes(arena, keys):
    """Processes that sign at the same time make consistent checkpoints, one for each size."""
    notaries = [Notary(arena.store, keys, arena.clock) for _ in range(4)]

    def work(notary):
        for _ in range(5):
            grow(arena, 7)
            notary.checkpoint()

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(work, notaries))
    hashes = leaves(arena)

    for size, note in kept_of(arena):
        assert Checkpoint.parse(Note.parse(note).text).root == merkle.root(hashes[:size])


def spoil(arena, statement):
    """Change what no trigger would let anybody change, as whoever holds the database can."""
    with arena.store.writing() as connection:
        if arena.store.is_sqlite:
            for trigger in ("ledger_no_update", "ledger_no_delete", "nodes_no_update"):
                connection.execute(text(f"DROP TRIGGER {trigger}"))
        else:
            for table in ("ledger", "nodes", "openings"):
                connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))
        connection.execute(text(statement))


CRIMES = {
    "a leaf changed": f"UPDATE ledger SET leaf = '{'0' * 64}' WHERE sequence = 600",
    "a node changed": "UPDATE nodes SET hash = (SELECT hash FROM nodes WHERE number = 1) WHERE number = 0",
    "entries dropped": "DELETE FROM ledger WHERE sequence > 580",
    "a hole": "DELETE FROM ledger WHERE sequence = 601",
}


@pytest.mark.parametrize("crime", CRIMES)
def test_a_record_that_was_changed(arena, notary, crime):
    """A record that no longer extends what was signed is not signed again, and takes no votes."""
    grow(arena, 600)
    notary.checkpoint()
    if arena.store.is_sqlite:
        with arena.store.writing() as connection:
            connection.execute(text("DELETE FROM openings WHERE sequence > 280"))
    spoil(arena, CRIMES[crime])
    if crime != "entries dropped":
        grow(arena, 1)

    with pytest.raises(BadProof):
        notary.checkpoint()
    with pytest.raises(LedgerError, match="no votes are taken"):
        notary.check_sound()
    assert len(kept_of(arena)) == 1


def test_recheck_at_the_start(arena, notary, keys):
    """A server that starts on a changed record finds it before it takes a vote."""
    notary.checkpoint()
    spoil(arena, f"UPDATE ledger SET leaf = '{'0' * 64}' WHERE sequence = 2")
    started = Notary(arena.store, keys, arena.clock)
    before = started.sound

    started.recheck()

    assert (before, started.sound) == (True, False)


def test_recheck_of_a_sound_record(arena, notary):
    """A sound record is found sound, with and without checkpoints."""
    notary.recheck()
    notary.checkpoint()
    grow(arena, 300)
    notary.recheck()

    assert notary.sound


async def test_at_work(arena, notary):
    """At work the notary signs without being asked, and once more at the end."""
    async with notary.at_work():
        while not await asyncio.to_thread(kept_of, arena):
            await asyncio.sleep(0.01)
        first = kept_of(arena)
        grow(arena, 1)

    assert [size for size, _ in first] == [5]
    assert [size for size, _ in kept_of(arena)] == [5, 6]


# Keys


def test_rotation(arena, notary, keys):
    """After a rotation the new key signs, and for the overlap the old one beside it; it is on record."""
    old = Vkey.parse(keys.in_force())
    grow(arena, 1)
    before = Note.parse(notary.checkpoint().note)
    new = Vkey.parse(keys.rotate(timedelta(hours=1)))
    both = Note.parse(notary.checkpoint().note)
    arena.clock.advance(hours=1)
    grow(arena, 1)
    after = Note.parse(notary.checkpoint().note)
    with arena.store.reading() as connection:
        rotated = [line for line in record.lines(connection) if b"KeyRotated" in line.entry]

    signed = [(note.signed_by(old), note.signed_by(new)) for note in (before, both, after)]
    assert signed == [(True, False), (True, True), (False, True)]
    assert json.loads(rotated[0].payload) == {"new": str(new), "old": str(old), "overlap": 3600}
    assert [key.vkey for key in keys.all()] == [str(old), str(new)]


def test_an_overlap_that_ends_before_a_checkpoint(arena, notary, keys):
    """However late the first checkpoint after a rotation is, the key before signs it too: it vouches."""
    old = Vkey.parse(keys.in_force())
    notary.checkpoint()
    new = Vkey.parse(keys.rotate(timedelta(seconds=30)))
    newest = Vkey.parse(keys.rotate(timedelta(seconds=30)))
    arena.clock.advance(hours=1)
    first = Note.parse(notary.checkpoint().note)
    grow(arena, 1)
    second = Note.parse(notary.checkpoint().note)

    signed = [[note.signed_by(key) for key in (old, new, newest)] for note in (first, second)]
    assert signed == [[True, True, True], [False, False, True]]


def test_a_size_before_the_rotation(arena, keys):
    """A checkpoint that ends before the rotation would be the old key's."""
    old = keys.in_force()
    with arena.store.reading() as connection:
        size = tree.size(connection)
    new = keys.rotate(timedelta(0))
    with arena.store.reading() as connection:
        signers = [
            [str(key.vkey) for key in keys.signers(connection, of, arena.clock())] for of in (size, size + 1)
        ]

    assert signers == [[old], [new]]


def test_first_key_twice(keys):
    """A second first key is refused with the command that was meant."""
    with pytest.raises(LedgerError, match="arena key rotate"):
        keys.begin()


def test_rotation_of_nothing(store, tmp_path, arena):
    """Where there is no key there is nothing to rotate."""
    keys = LogKeys(store, Secrets(tmp_path / "others"), ORIGIN, arena.clock, arena.chance)

    with pytest.raises(LedgerError, match="nothing to rotate"):
        keys.rotate(timedelta(0))


def test_a_lost_key(arena, keys, notary, tmp_path):
    """A private part that is gone is named, and no other is made in its place."""
    (tmp_path / "secrets/log-1.key").rename(tmp_path / "away")

    with pytest.raises(BadSetting, match=r"restore log-1\.key"):
        notary.checkpoint()
    assert not (tmp_path / "secrets/log-1.key").exists()


def test_another_origin(arena, keys):
    """A log keeps the name that it was begun with."""
    other = LogKeys(arena.store, arena.secrets, "other.example", arena.clock, arena.chance)

    with pytest.raises(BadSetting, match=f"set ARENA_ORIGIN={ORIGIN}"):
        other.in_force()


@pytest.mark.parametrize("origin", ["", "a b", "a+b", "a\nb"])
def test_an_origin_that_cannot_be(arena, origin):
    """An origin that cannot name a key is refused by its setting."""
    with pytest.raises(BadSetting, match="ARENA_ORIGIN"):
        LogKeys(arena.store, arena.secrets, origin, arena.clock, arena.chance)


def test_the_private_part_is_for_its_owner(keys, tmp_path):
    """No other account of the machine can read the log's private key, and the database has none of it."""
    assert (tmp_path / "secrets/log-1.key").stat().st_mode & 0o777 == 0o600
