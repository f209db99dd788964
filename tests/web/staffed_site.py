"""The whole site on a fresh store, its staff, and browsers of theirs; over ASGI, without any server."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace

import httpx
from fastapi import FastAPI
from starlette.types import ASGIApp

from arena.contest import declaration
from arena.contest.contest import Contest
from arena.identity.oidc import Provider
from arena.identity.secrets import Secrets
from arena.identity.staff import Role
from arena.pictures.cleaning import cleaned
from arena.service.account_book import AccountBook
from arena.service.accounts import Accounts
from arena.service.answering import Answering
from arena.service.citizens import Citizens
from arena.service.elsewhere import Elsewhere
from arena.service.log_keys import LogKeys
from arena.service.notary import Notary
from arena.service.pictures import Pictures
from arena.service.public import Public
from arena.service.public_log import PublicLog
from arena.service.rounds import open_round
from arena.settings import OidcSettings
from arena.store import schema
from arena.store.session import Store
from arena.web import application
from arena.web.desk import STAFF_COOKIE
from arena.web.site import build
from tests.desks import desk_of
from tests.fakes import Brisk, Chance, Clock, ScriptedBackend
from tests.servers import ROOT
from tests.staffing import Member, hire, session_of, staffed

HTTPS = "https://arena.test"


@dataclass
class StaffedSite:
    """A site and its staff; `ask` is a browser that holds the cookie of one session, or of none."""

    site: ASGIApp
    api: FastAPI
    store: Store
    clock: Clock
    service: Accounts
    book: AccountBook
    members: dict[Role, Member]
    runner: asyncio.Runner

    def ask(self, method: str, path: str, token: str | None = None, **more: object) -> httpx.Response:
        """Send one request."""

        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(self.site)
            cookies = {STAFF_COOKIE: token} if token else {}
            async with httpx.AsyncClient(transport=transport, base_url=HTTPS, cookies=cookies) as client:
                return await client.request(method, path, **more)

        return self.runner.run(send())

    def session(self, role: Role) -> str:
        """A new session of a role."""
        return session_of(self.service, self.store, self.members[role], self.clock.now)

    def form(self, member: Member, **others: str) -> dict[str, str]:
        """What the form of signing in holds."""
        self.clock.advance(seconds=60)
        said = {"name": member.name, "password": member.password, "code": member.code(self.clock.now)}
        return said | others


@contextmanager
def staffed_site(folder: Path, oidc: OidcSettings | None = None) -> Iterator[StaffedSite]:
    """Build it in a folder, with the whole API; it is asked nothing of contestants."""
    store = Store(f"sqlite:///{folder}/arena.db")
    schema.migrate(store)
    contest = declaration.read((ROOT / "models.yaml").read_text("utf-8"))
    clock, chance, secrets = Clock(), Chance(), Secrets(folder / "secrets")
    keys = LogKeys(store, secrets, "log.example", clock, chance)
    round_ = open_round(store, contest, secrets, clock, chance, keys.in_force(make=True))
    arena = SimpleNamespace(
        store=store,
        round=round_,
        citizens=Citizens(store, round_, secrets.get("citizen.key"), clock, chance),
        secrets=secrets,
        clock=clock,
        chance=chance,
    )
    desk = desk_of(arena, folder, https=True)
    if oidc is not None:
        provider = Provider(oidc, contest.roster.ids)
        key = secrets.get("accounts.key")
        desk = replace(desk, elsewhere=Elsewhere(provider, desk.accounts, key, clock))
    _, book = staffed(store, secrets.get("accounts.key"), clock, chance, contest.rules.round_id)
    api = api_of(arena, contest, keys)
    site = build(api, desk.public, arena.citizens, desk)
    members = {role: hire(book, role) for role in Role}
    with asyncio.Runner() as runner:
        yield StaffedSite(site, api, store, clock, desk.accounts, book, members, runner)
    store.close()


def api_of(arena: SimpleNamespace, contest: Contest, keys: LogKeys) -> FastAPI:
    """The whole API, before a scripted backend."""
    backend, tempo = ScriptedBackend(), Brisk(contest.roster.ids)
    answering = Answering(arena.citizens, backend, contest, grace=30, most=5, waiting=3, tempo=tempo)
    return application.create(
        arena.citizens,
        answering,
        Public(arena.store, arena.round, arena.clock),
        Notary(arena.store, keys, arena.clock),
        PublicLog(arena.store, keys.origin, contest.rules.witnesses, arena.clock),
        Pictures(arena.store, arena.round, cleaned, arena.clock, arena.chance),
        https=True,
        life=nullcontext,
    )
