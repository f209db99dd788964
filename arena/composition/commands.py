"""What each command works with, opened when it is asked for and closed after it."""

import asyncio
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial

from arena import settings
from arena.backends.demo.launch import Demo, wanted
from arena.backends.stamping import TimeStampAuthority
from arena.cli.house import House
from arena.composition.opening import ACCOUNTS_KEY, alone, declared, now, opened
from arena.composition.parts import alarms_of, canaries_of
from arena.composition.serving import serve
from arena.errors import BadSetting
from arena.identity.secrets import Secrets
from arena.service import operators
from arena.service.account_book import AccountBook
from arena.service.alarms import Alarms
from arena.service.audit import Audit
from arena.service.backups import Backups
from arena.service.canaries import Canaries
from arena.service.draining import Draining
from arena.service.evaluators import Evaluators
from arena.service.lifecycle import Lifecycle
from arena.service.log_keys import LogKeys
from arena.service.notary import Notary
from arena.service.operators import Checked
from arena.service.rehearsal import Rehearsal
from arena.service.stamping import Stamping
from arena.settings import Settings
from arena.store import schema
from arena.store.session import Store


def _migrate(chosen: Settings) -> str:
    store = Store(chosen.database_url)
    try:
        schema.migrate(store)
    finally:
        store.close()
    return schema.newest()


def _check(chosen: Settings) -> tuple[Checked, ...]:
    roster = declared(chosen).roster
    if not wanted(roster):
        return asyncio.run(operators.check(roster, os.environ))
    with Demo(speed=chosen.demo_speed) as demo:
        return asyncio.run(operators.check(demo.resolved(roster), os.environ))


@contextmanager
def _evaluators(chosen: Settings) -> Iterator[Evaluators]:
    with opened(chosen) as house:
        yield Evaluators(house.store, house.round, now, Notary(house.store, house.keys, now).checkpoint)


@contextmanager
def _alarms(chosen: Settings) -> Iterator[Alarms]:
    with opened(chosen) as house:
        yield alarms_of(house)
        Notary(house.store, house.keys, now).checkpoint()


@contextmanager
def _canaries(chosen: Settings, prompts: Sequence[str]) -> Iterator[Canaries]:
    contest = declared(chosen)
    with ExitStack() as open_things:
        if wanted(contest.roster):
            demo = open_things.enter_context(Demo(speed=chosen.demo_speed))
            contest = replace(contest, roster=demo.resolved(contest.roster))
        yield canaries_of(chosen, contest, prompts)


@contextmanager
def _rehearsal(chosen: Settings) -> Iterator[Rehearsal]:
    with opened(chosen) as house:
        yield Rehearsal(house.store, house.round)


@contextmanager
def _lifecycle(chosen: Settings) -> Iterator[Lifecycle]:
    os.umask(0o077)  # record and secrets are for this account alone
    contest = declared(chosen)
    store = Store(chosen.database_url)
    try:
        schema.migrate(store)
        kept = Secrets(chosen.data / "secrets")
        keys = LogKeys(store, kept, chosen.origin, now, secrets.token_bytes)
        log_key = partial(keys.in_force, make=contest.rules.rehearsal)
        held = partial(alone, chosen, "it holds the pepper; stop it first")
        yield Lifecycle(store, contest, kept, now, secrets.token_bytes, log_key, held)
        Notary(store, keys, now).checkpoint()
    finally:
        store.close()


@contextmanager
def _keys(chosen: Settings) -> Iterator[LogKeys]:
    store = Store(chosen.database_url)
    try:
        schema.migrate(store)
        yield LogKeys(store, Secrets(chosen.data / "secrets"), chosen.origin, now, secrets.token_bytes)
    finally:
        store.close()


@contextmanager
def _audit(chosen: Settings) -> Iterator[Audit]:
    os.umask(0o077)  # record and secrets are for this account alone
    round_id = declared(chosen).rules.round_id
    store = Store(chosen.database_url)
    try:
        schema.migrate(store)
        yield Audit(store, round_id, now, secrets.token_bytes)
    finally:
        store.close()


@contextmanager
def _account_book(chosen: Settings) -> Iterator[AccountBook]:
    with _audit(chosen) as audit:
        kept, contestants = Secrets(chosen.data / "secrets"), declared(chosen).roster.ids
        key = kept.get(ACCOUNTS_KEY)
        yield AccountBook(audit.store, audit, key, chosen.origin, contestants, now, secrets.token_bytes)


@contextmanager
def _notary(chosen: Settings) -> Iterator[Notary]:
    with _keys(chosen) as keys:
        yield Notary(keys.store, keys, now)


@contextmanager
def _backups(chosen: Settings) -> Iterator[tuple[Backups, Secrets]]:
    store, kept = Store(chosen.database_url), Secrets(chosen.data / "secrets")
    try:
        keys = LogKeys(store, kept, chosen.origin, now, secrets.token_bytes)
        yield Backups(store, keys, kept, chosen.data, now), kept
    finally:
        store.close()


@contextmanager
def _restoring(chosen: Settings) -> Iterator[tuple[Backups, Secrets]]:
    os.umask(0o077)  # what is put back is for this account alone
    with alone(chosen, "stop it before anything is put back"), _backups(chosen) as opened_:
        yield opened_


def _draining(chosen: Settings) -> Draining:
    return Draining(chosen.data, declared(chosen).roster)


@contextmanager
def _stamping(chosen: Settings) -> Iterator[Stamping]:
    store = Store(chosen.database_url)
    try:
        schema.migrate(store)
        yield Stamping(store, declared(chosen).rules.round_id, _authority(chosen))
    finally:
        store.close()


def _authority(chosen: Settings) -> TimeStampAuthority | None:
    if not chosen.stamp_url:
        return None
    try:
        return TimeStampAuthority(chosen.stamp_url, chosen.stamp_roots.read_bytes())
    except OSError as error:
        raise BadSetting(f"cannot read ARENA_STAMP_ROOTS: {error.strerror}") from error


def house() -> House:
    """Give commands what they work with, by the environment.

    Raises:
        BadSetting: a variable holds what cannot be.
    """
    chosen = settings.read(os.environ)
    return House(
        serve=partial(serve, chosen),
        migrate=partial(_migrate, chosen),
        contest=partial(declared, chosen),
        check=partial(_check, chosen),
        evaluators=partial(_evaluators, chosen),
        rehearsal=partial(_rehearsal, chosen),
        lifecycle=partial(_lifecycle, chosen),
        keys=partial(_keys, chosen),
        notary=partial(_notary, chosen),
        stamping=partial(_stamping, chosen),
        draining=partial(_draining, chosen),
        canaries=partial(_canaries, chosen),
        alarms=partial(_alarms, chosen),
        accounts=partial(_account_book, chosen),
        audit=partial(_audit, chosen),
        backups=partial(_backups, chosen),
        restoring=partial(_restoring, chosen),
    )
