"""A witness's private key in a file of her own: `PRIVATE+KEY+name+id+key`, as tools for notes write it."""

import os
import secrets
from pathlib import Path

from arena.errors import BadNote, BadSetting
from arena.ledger.checkpoint import WitnessKey
from arena.ledger.note import KEY_BYTES, KeyKind, from_base64, to_base64

HEAD = "PRIVATE+KEY+"


def make(path: Path, name: str) -> WitnessKey:
    """Make a key; no other account of the machine can read it.

    Raises:
        BadSetting: there is such a file, or it cannot be written.
        BadNote: a key cannot have this name.
    """
    key = WitnessKey(name, secrets.token_bytes(KEY_BYTES))
    content = f"{HEAD}{name}+{key.vkey.key_id.hex()}+{to_base64(bytes([KeyKind.COSIGNATURE]) + key.seed)}\n"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise BadSetting(f"cannot write {path}: {error.strerror}") from error
    return key


def read(path: Path) -> WitnessKey:
    """Read a key.

    Raises:
        BadSetting: there is no such file.
        BadNote: it holds no witness's key.
    """
    try:
        text = path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BadSetting(f"cannot read {path}: {error}") from error
    name, _, rest = text.removeprefix(HEAD).partition("+")
    key_id, _, encoded = rest.partition("+")
    kind = bytes([KeyKind.COSIGNATURE])
    content = from_base64(encoded) if text.startswith(HEAD) else b""
    if content[:1] != kind or len(content) != 1 + KEY_BYTES:
        raise BadNote(f"{path} holds no key of a witness")
    key = WitnessKey(name, content[1:])
    if key.vkey.key_id.hex() != key_id:
        raise BadNote(f"the id of the key in {path} is another key's")
    return key
