"""Backups that are cut off, altered or made to harm: refused, and nothing is put back."""

import contextlib
import json
import zipfile
from dataclasses import replace

import pytest

from arena.errors import BadBackup, BadProof, BadSetting, SchemaTooNew
from arena.identity import secret_copies
from arena.identity.secrets import Secrets
from arena.ledger.note import SigningKey
from arena.service.backups import Backups
from arena.store import archive
from arena.store.session import Store
from tests.backed_up import content, filled, placed, tables_of


@pytest.fixture
def database_url(tmp_path):
    """What is refused is refused before any database is asked; SQLite stands for both."""
    return f"sqlite:///{tmp_path}/arena.db"


@pytest.fixture
def arena(store, contest, tmp_path):
    """An arena with a signed record."""
    return filled(store, contest, tmp_path)


@pytest.fixture
def made(arena, tmp_path):
    """A backup of it."""
    backups = Backups(arena.store, arena.keys, arena.secrets, tmp_path / "data", arena.clock)
    return backups.back_up(tmp_path / "one.backup").file


@pytest.fixture
def empty(arena, tmp_path):
    """An empty SQLite database, and backups of it."""
    store = Store(f"sqlite:///{tmp_path}/empty/arena.db")
    yield placed(arena, store, tmp_path)
    store.close()


def repacked(file, change):
    """The same archive after `change` was made to its parts, by name."""
    with zipfile.ZipFile(file) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    changed = change(dict(parts))
    other = file.with_name("changed.backup")
    with zipfile.ZipFile(other, "w", zipfile.ZIP_DEFLATED) as new:
        for name, part in changed.items():
            new.writestr(name, part)
    return other


def resealed(parts):
    """Parts with a manifest that fits them, as a forger without the log's key would write it."""
    manifest = json.loads(parts[archive.MANIFEST])
    for name, part in manifest["parts"].items():
        lines = parts[f"{name}.jsonl"]
        digest = archive.Digest(part["columns"])
        for line in lines.splitlines(keepends=True):
            digest.add(line)
        found = digest.part()
        part |= {"rows": found.rows, "size": found.size, "sha256": found.sha256}
    parsed = archive._manifest(json.dumps(manifest, ensure_ascii=False, indent=1).encode())
    return parts | {archive.MANIFEST: parsed.encoded()}


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9, 0.999])
def test_cut_off(made, empty, share):
    """A backup that was cut off anywhere is refused, and nothing is put back."""
    whole = made.read_bytes()
    made.write_bytes(whole[: int(len(whole) * share)])

    with pytest.raises(BadBackup):
        empty.restore(made)

    assert tables_of(empty._store) == 0


@pytest.mark.parametrize("at", [0.05, 0.2, 0.4, 0.6, 0.8])
def test_a_byte_changed(arena, made, empty, at):
    """A backup of which one byte is another is refused, or gives back all as it was: a zip has dates."""
    whole = bytearray(made.read_bytes())
    whole[int(len(whole) * at)] ^= 0x10
    made.write_bytes(whole)
    with contextlib.suppress(BadBackup, BadProof):
        empty.restore(made)

    found = content(empty._store)
    assert found in ({}, content(arena.store))


CHANGES = {
    "a vote": lambda parts: parts | {"votes.jsonl": parts["votes.jsonl"].replace(b'"a"', b'"b"', 1)},
    "a vote, manifest refitted": lambda parts: resealed(
        parts | {"votes.jsonl": parts["votes.jsonl"].replace(b'"a"', b'"b"', 1)}
    ),
    "last entry left out": lambda parts: resealed(
        parts | {"ledger.jsonl": b"".join(parts["ledger.jsonl"].splitlines(keepends=True)[:-1])}
    ),
    "openings left over": lambda parts: resealed(
        parts | {"ledger.jsonl": b"".join(parts["ledger.jsonl"].splitlines(keepends=True)[:9])}
    ),
    "no tiles, no leaf": lambda parts: resealed(parts | {"checkpoints.jsonl": b""}),
    "not signed": lambda parts: parts | {archive.SIGNED: b""},
    "a part too many": lambda parts: parts | {"../../etc/cron.d/x": b"[1]\n"},
    "a part missing": lambda parts: {name: part for name, part in parts.items() if name != "votes.jsonl"},
    "no manifest": lambda parts: {name: part for name, part in parts.items() if name != archive.MANIFEST},
    "a manifest that is no object": lambda parts: parts | {archive.MANIFEST: b"[]"},
    "a manifest of nests": lambda parts: parts | {archive.MANIFEST: b"[" * 100_000},
    "a manifest without end": lambda parts: parts | {archive.MANIFEST: b" " * 2_000_000},
    "a line that is no row": lambda parts: resealed(parts | {"consents.jsonl": b"{}\n"}),
    "a row too short": lambda parts: resealed(parts | {"consents.jsonl": b"[1]\n"}),
    "a row of other kinds": lambda parts: resealed(parts | {"consents.jsonl": b'[1,2,"x"]\n'}),
    "bytes that are none": lambda parts: resealed(parts | {"canaries.jsonl": b'["r","kept.json","%"]\n'}),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_altered(made, empty, change):
    """A backup that somebody altered is refused, also with a manifest that fits, and nothing is put back."""
    other = repacked(made, change)

    with pytest.raises((BadBackup, BadProof)):
        empty.restore(other)

    assert tables_of(empty._store) == 0


def test_a_bomb(made, empty):
    """A small file that holds more than the disk is refused before any of it is unpacked."""

    def swell(parts):
        manifest = json.loads(parts[archive.MANIFEST])
        manifest["parts"]["consents"]["size"] = 1 << 60
        sealed = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
        return parts | {archive.MANIFEST: sealed}

    with pytest.raises(BadBackup):
        empty.restore(repacked(made, swell))

    assert tables_of(empty._store) == 0


def test_a_part_twice(made, empty):
    """A file that holds two parts of one name is refused: each reader could see another."""
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(made, "a") as packed:
        packed.writestr("votes.jsonl", b"")

    with pytest.raises(BadBackup, match="twice"):
        empty.restore(made)


@pytest.mark.parametrize("name", ["../escape", "a/b", "", ".hidden"])
def test_paths_climb_nowhere(arena, made, empty, tmp_path, name):
    """Even a backup that the log's key signed puts no file outside the folder of canaries."""
    backups_ = Backups(arena.store, arena.keys, arena.secrets, tmp_path / "data", arena.clock)

    def climb(parts):
        changed = resealed(
            parts | {"canaries.jsonl": json.dumps([name, "kept.json", "eA=="]).encode() + b"\n"}
        )
        manifest = archive._manifest(changed[archive.MANIFEST])
        with arena.store.snapshot() as connection:
            return changed | {archive.SIGNED: backups_._signed(connection, manifest).encode()}

    with pytest.raises(BadBackup, match="none of canaries"):
        empty.restore(repacked(made, climb))

    assert tables_of(empty._store) == 0
    assert list((tmp_path / "elsewhere").rglob("kept.json")) == []


def test_another_key(made, empty):
    """With a key from elsewhere a backup that another log's key signed is refused."""
    with pytest.raises(BadProof):
        empty.restore(made, [SigningKey("log.example", bytes(32)).vkey])


def test_newer_schema(made, empty):
    """A backup of a newer version is refused by name."""

    def renew(parts):
        manifest = archive._manifest(parts[archive.MANIFEST])
        return parts | {archive.MANIFEST: replace(manifest, schema="9999").encoded()}

    with pytest.raises(SchemaTooNew, match="9999"):
        empty.restore(repacked(made, renew))


@pytest.mark.parametrize("part", ["ledger", "votes", "turns"])
def test_stopped_midway(made, empty, part):
    """A restore that is stopped at any table leaves nothing behind, and the next one succeeds."""
    with (
        archive.reading(made) as kept,
        pytest.raises(KeyboardInterrupt),
        empty._store.writing() as connection,
    ):
        empty._put(connection, Stopping(kept, part), lambda: None)

    assert tables_of(empty._store) == 0
    empty.restore(made)


class Stopping:
    """An archive whose reader is stopped at one part."""

    def __init__(self, kept, part):
        self.kept, self.part, self.manifest = kept, part, kept.manifest

    def rows(self, name, watch):
        for row in self.kept.rows(name, watch):
            yield row
            if name == self.part:
                raise KeyboardInterrupt


@pytest.mark.parametrize(
    "told",
    [
        b"",
        b"[]",
        b'{"form": "blind-arena secrets 1", "secrets": {"../x.key": "00"}}',
        b'{"form": "blind-arena secrets 1", "secrets": {"a.key": "zz"}}',
        b'{"form": "blind-arena secrets 1", "secrets": {"a.key": "00"}}',
    ],
)
def test_hostile_secrets(tmp_path, told):
    """A file that holds no secrets of an arena puts nothing into the folder."""
    (tmp_path / "file").write_bytes(told)
    kept = Secrets(tmp_path / "kept")

    with pytest.raises((BadBackup, BadSetting)):
        secret_copies.put_back(kept, tmp_path / "file")

    assert kept.names() == ()


def test_larger_than_the_disk(made, empty):
    """What would not fit on the disk is refused before a row is read."""
    with archive.reading(made) as kept:
        parts = {name: replace(part, size=1 << 60) for name, part in kept.manifest.parts.items()}
        swollen = replace(kept.manifest, parts=parts)

    with pytest.raises(BadBackup, match="bytes free"):
        empty._check_room(swollen)
