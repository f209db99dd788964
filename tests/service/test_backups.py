"""Backups: one moment of either database in one file, checked, and put back whole or not at all."""

import threading
import zipfile

import pytest
from sqlalchemy import create_engine, text

from arena.contest.battle import Side
from arena.contest.feedback import Harm
from arena.contest.rules import Verdict
from arena.errors import BadBackup, BadProof, BadSetting, LedgerError, NotSignedIn
from arena.identity import secret_copies
from arena.identity.secrets import Secrets
from arena.identity.staff import Role
from arena.ledger.findings import Findings
from arena.ledger.note import SigningKey
from arena.reporting.verifying import check_folder
from arena.service.backups import Backups
from arena.service.citizens import Citizens
from arena.service.log_keys import LogKeys
from arena.service.notary import Notary
from arena.service.rounds import take_up_round
from arena.store import schema
from arena.store.session import Store
from tests.backed_up import content, filled, placed
from tests.reporting.ballots import newcomer
from tests.signed import evaluators_of
from tests.staffing import hire, session_of, staffed


@pytest.fixture
def arena(store, contest, tmp_path):
    """An arena with a signed record, on each database, with votes, a report and canaries' files."""
    return filled(store, contest, tmp_path)


@pytest.fixture
def backups(arena, tmp_path):
    """Backups of that arena."""
    return Backups(arena.store, arena.keys, arena.secrets, tmp_path / "data", arena.clock)


@pytest.fixture
def made(backups, tmp_path):
    """A backup of it."""
    return backups.back_up(tmp_path / "one.backup").file


@pytest.fixture(params=["sqlite", "postgresql"])
def elsewhere(request, arena, tmp_path):
    """An empty database of each kind, and backups of it with the same secrets."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/elsewhere/arena.db"
    else:
        server = request.getfixturevalue("postgres_url")
        engine = create_engine(
            f"{server}/postgres".replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT"
        )
        with engine.connect() as connection:
            connection.execute(text("DROP DATABASE IF EXISTS arena_back WITH (FORCE)"))
            connection.execute(text("CREATE DATABASE arena_back"))
        engine.dispose()
        url = f"{server}/arena_back"
    store = Store(url)
    yield placed(arena, store, tmp_path)
    store.close()


@pytest.fixture
def empty(arena, tmp_path):
    """An empty SQLite database, and backups of it."""
    store = Store(f"sqlite:///{tmp_path}/empty/arena.db")
    yield placed(arena, store, tmp_path)
    store.close()


def test_there_and_back(arena, made, elsewhere):
    """What was backed up of one database is put back into another of either kind, row by row."""
    restored = elsewhere.restore(made, [SigningKey("log.example", arena.secrets.get("log-1.key")).vkey])

    assert content(elsewhere._store) == content(arena.store)
    assert restored.missing == ()
    assert restored.recorded.entries == restored.manifest.entries > restored.recorded.signed > 0


def test_goes_on(arena, made, elsewhere, tmp_path):
    """A restored arena takes votes and reports where the old one ended, and its export verifies."""
    elsewhere.restore(made)
    round_ = take_up_round(elsewhere._store, arena.contest, arena.secrets)
    key = arena.secrets.get("citizen.key")
    citizens = Citizens(elsewhere._store, round_, key, arena.clock, arena.chance)
    moved = type(arena)(
        **vars(arena)
        | {
            "store": elsewhere._store,
            "citizens": citizens,
            "round": round_,
            "notary": Notary(elsewhere._store, elsewhere._keys, arena.clock),
        }
    )
    voter = newcomer(moved)
    battle = citizens.open_battle(citizens.new_battle_id(), voter, "다음", "general", "ko")
    citizens.answered(battle.id, {Side.A: "가", Side.B: "나"})
    citizens.report(battle.id, voter, 1, Side.B, next(iter(Harm)), "")
    citizens.cast_vote(battle.id, voter, Verdict.A)
    findings = Findings()
    evaluators_of(moved).export(tmp_path / "exported", lambda _: None, for_auditors=True)
    check_folder(tmp_path / "exported", findings)

    assert findings.kept == []


def test_nobody_is_signed_in(arena, backups, empty, tmp_path):
    """A restore brings back no session: who was signed in then may have been sent away since."""
    accounts, book = staffed(arena.store, b"k" * 32, arena.clock, arena.chance)
    token = session_of(accounts, arena.store, hire(book, Role.EVALUATOR), arena.clock.now)
    made = backups.back_up(tmp_path / "signed-in.backup").file

    empty.restore(made)

    restored = staffed(empty._store, b"k" * 32, arena.clock, arena.chance)[0]
    with pytest.raises(NotSignedIn):
        restored.session(token)


def test_canaries_come_back(made, empty, tmp_path):
    """The replies that canaries keep come back with the record."""
    empty.restore(made)

    (kept,) = (tmp_path / "elsewhere" / "canaries").glob("*/kept.json")
    assert kept.read_text() == '{"plan": 1}'


def test_while_citizens_vote(arena, backups, empty, tmp_path):
    """A backup that is made while citizens vote holds one moment of the record, and no vote fails."""
    stop, failed = threading.Event(), []

    def vote():
        while not stop.is_set():
            voter = newcomer(arena)
            battle = arena.citizens.open_battle(
                arena.citizens.new_battle_id(), voter, "물음", "general", "ko"
            )
            arena.citizens.answered(battle.id, {Side.A: "가", Side.B: "나"})
            try:
                arena.citizens.cast_vote(battle.id, voter, Verdict.TIE)
            except LedgerError as error:
                failed.append(error)

    voting = threading.Thread(target=vote)
    voting.start()
    try:
        files = [backups.back_up(tmp_path / f"{number}.backup").file for number in range(3)]
    finally:
        stop.set()
        voting.join()
    empty.restore(files[-1])

    assert failed == []
    assert Notary(empty._store, empty._keys, arena.clock).checkpoint() is not None


def test_no_secret_inside(arena, made):
    """No secret of the arena is in a backup: a pepper that lay there could not be destroyed."""
    with zipfile.ZipFile(made) as packed:
        everything = b"".join(packed.read(name) for name in packed.namelist())

    found = [
        name
        for name in arena.secrets.names()
        for shown in (arena.secrets.get(name).hex().encode(), arena.secrets.get(name))
        if shown in everything
    ]
    assert arena.secrets.names() != ()
    assert found == []


def test_missing_secrets(arena, made, empty, tmp_path):
    """A restore names the secrets that have still to be put back before the arena can be served."""
    bare = Secrets(tmp_path / "bare")
    keys = LogKeys(empty._store, bare, "log.example", arena.clock, arena.chance)

    restored = Backups(empty._store, keys, bare, tmp_path / "new", arena.clock).restore(made)

    id_ = arena.contest.rules.round_id
    names = ["accounts.key", "citizen.key", "log-1.key", f"{id_}.pepper", f"{id_}.seed"]
    assert restored.missing == tuple(sorted(names))


def test_only_into_nothing(arena, made, backups):
    """A backup is put back over nothing that is there."""
    before = content(arena.store)

    with pytest.raises(BadBackup, match="not empty"):
        backups.restore(made)

    assert content(arena.store) == before


def test_never_over_a_file(backups, made):
    """A backup is written over no other file."""
    before = made.read_bytes()

    with pytest.raises(BadBackup):
        backups.back_up(made)

    assert made.read_bytes() == before
    assert not made.with_name(f"{made.name}.part").exists()


def test_named_by_the_moment(backups, tmp_path):
    """In a folder a backup is named by its moment, and this account alone can read it."""
    (tmp_path / "kept").mkdir()

    done = backups.back_up(tmp_path / "kept")

    assert done.file.name == "20261201T030000Z.arena-backup"
    assert done.file.stat().st_mode & 0o777 == 0o600


def test_older_schema(arena, empty, tmp_path):
    """A database of an older version can be backed up as it is; the restore brings it to the newest."""
    old = Store(f"sqlite:///{tmp_path}/old.db")
    schema.migrate(old, "0003")
    with old.writing() as connection:
        connection.execute(text("INSERT INTO consents VALUES ('voter', '1', 0.5)"))
    made = placed(arena, old, tmp_path / "no").back_up(tmp_path / "old.backup")
    old.close()

    empty.restore(made.file)

    assert content(empty._store)["consents"] == [("voter", "1", 0.5)]
    assert "pictures" in content(empty._store)


def test_nothing_there(arena, empty, tmp_path):
    """Of a database without tables no backup is made."""
    with pytest.raises(BadBackup, match="nothing"):
        empty.back_up(tmp_path / "none.backup")


def test_broken_record(arena, backups, tmp_path):
    """Of a record that was changed no backup is kept: it says what is wrong instead."""
    with arena.store.writing() as connection:
        connection.execute(text("UPDATE openings SET payload = salt WHERE sequence = 3"))

    with pytest.raises(BadProof, match="opening of entry 3"):
        backups.back_up(tmp_path / "broken.backup")

    assert not (tmp_path / "broken.backup").exists()


def test_erased_openings(arena, backups, tmp_path):
    """A record of which openings were erased is still a record that holds."""
    with arena.store.writing() as connection:
        connection.execute(text("DELETE FROM openings WHERE sequence = 3"))

    done = backups.back_up(tmp_path / "erased.backup")

    assert done.recorded.signed > 0


def test_secrets_by_themselves(arena, tmp_path):
    """A copy of the secrets is a file of its own for this account alone, and puts all of them back."""
    file, other = tmp_path / "secrets.json", Secrets(tmp_path / "other")

    copied = secret_copies.copy(arena.secrets, file)
    secret_copies.put_back(other, file)

    assert copied == len(arena.secrets.names())
    assert {name: other.get(name) for name in other.names()} == {
        name: arena.secrets.get(name) for name in arena.secrets.names()
    }
    assert file.stat().st_mode & 0o777 == 0o600


def test_another_secret_stays(arena, tmp_path):
    """A secret that is there is never replaced by another."""
    file, other = tmp_path / "secrets.json", Secrets(tmp_path / "other")
    before = other.get("citizen.key")
    secret_copies.copy(arena.secrets, file)

    with pytest.raises(BadSetting, match="another secret"):
        secret_copies.put_back(other, file)

    assert other.get("citizen.key") == before
