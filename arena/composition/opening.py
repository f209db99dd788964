"""What is opened first: the declaration, the store with its round, the lock on the data folder."""

import fcntl
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from arena.contest import declaration
from arena.contest.contest import Contest
from arena.errors import BadSetting
from arena.identity.secrets import Secrets
from arena.service.log_keys import LogKeys
from arena.service.public_log import witness_keys
from arena.service.rounds import Round, open_round, take_up_round
from arena.settings import Settings
from arena.store import schema
from arena.store.session import Store

ACCOUNTS_KEY = "accounts.key"
"""The secret that one-time codes of staff are made with."""


def now() -> datetime:
    """Tell the time."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Opened:
    """A store at the newest schema and the round that is served out of it."""

    store: Store
    round: Round
    secrets: Secrets
    keys: LogKeys


def declared(chosen: Settings) -> Contest:
    """Read the declaration.

    Raises:
        BadSetting: there is no such file, it is not text, or its witnesses cannot be.
        BadDeclaration: it has mistakes.
    """
    try:
        contest = declaration.read(chosen.models.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise BadSetting(f"cannot read {chosen.models}: {error}") from error
    witness_keys(contest.rules.witnesses)
    return contest


@contextmanager
def opened(chosen: Settings, *, serving: bool = False) -> Iterator[Opened]:
    """Open the store and take the declared round up; only serving opens a new round."""
    contest = declared(chosen)
    store = Store(chosen.database_url)
    try:
        schema.migrate(store)
        kept = Secrets(chosen.data / "secrets")
        keys = LogKeys(store, kept, chosen.origin, now, secrets.token_bytes)
        if serving:
            vkey = keys.in_force(make=contest.rules.rehearsal)
            yield Opened(store, open_round(store, contest, kept, now, secrets.token_bytes, vkey), kept, keys)
        else:
            yield Opened(store, take_up_round(store, contest, kept), kept, keys)
    finally:
        store.close()


@contextmanager
def alone(chosen: Settings, advice: str) -> Iterator[None]:
    """Hold the data folder: two servers would void each other's running battles."""
    try:
        chosen.data.mkdir(parents=True, exist_ok=True)
        held = (chosen.data / "server.lock").open("w")
    except OSError as error:
        raise BadSetting(f"cannot write to {chosen.data}: {error.strerror}; set ARENA_DATA") from error
    with held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BadSetting(f"another server uses {chosen.data}; {advice}") from error
        yield


def shown(host: str) -> str:
    """Give the address by which this machine reaches a server that listens on `host`."""
    return {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)  # noqa: S104 - only compared
