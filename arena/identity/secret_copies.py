"""A copy of all secrets in one file, made only when it is asked for by name, and the way back from it.

Whoever holds it can sign for the log and link citizens to their votes, as long as the peppers in it exist:
it is kept apart from backups, and destroyed when a round's pepper is.
"""

import json
import os
from pathlib import Path

from arena.errors import BadBackup
from arena.identity.secrets import NAME, Secrets

FORM = "blind-arena secrets 1"
LARGEST = 1024 * 1024


def copy(secrets: Secrets, file: Path) -> int:
    """Write all secrets to a new file that this account alone can read, and count them.

    Raises:
        BadBackup: the file is there already, or cannot be written.
    """
    told = {name: secrets.get(name).hex() for name in secrets.names()}
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as written:
            json.dump({"form": FORM, "secrets": told}, written, indent=1)
            written.flush()
            os.fsync(written.fileno())
    except OSError as error:
        raise BadBackup(f"cannot write {file}: {error.strerror}") from error
    return len(told)


def put_back(secrets: Secrets, file: Path) -> int:
    """Put all secrets of a copy back, and count them; one that is there already must be the same.

    Raises:
        BadBackup: the file is no copy of secrets.
        BadSetting: another secret has one of the names.
    """
    found = _read(file)
    for name, value in found.items():
        secrets.put(name, value)
    return len(found)


def _read(file: Path) -> dict[str, bytes]:
    try:
        with file.open("rb") as content:
            told = json.loads(content.read(LARGEST))
        if told["form"] != FORM or not all(NAME.fullmatch(name) for name in told["secrets"]):
            raise BadBackup(f"{file} holds no secrets of an arena")
        return {name: bytes.fromhex(value) for name, value in told["secrets"].items()}
    except OSError as error:
        raise BadBackup(f"cannot read {file}: {error.strerror}") from error
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise BadBackup(f"{file} holds no secrets of an arena") from error
