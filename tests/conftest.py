"""What tests share: both databases, and an arena whose clock, chance and contestants are set."""

import shutil
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

import pytest
from argon2 import PasswordHasher
from hypothesis import settings
from sqlalchemy import Engine, create_engine, text

from arena.contest import declaration
from arena.contest.contest import Contest
from arena.identity import passwords
from arena.identity.secrets import Secrets
from arena.service.citizens import CONSENT, Citizens
from arena.service.rounds import open_round
from arena.store import schema
from arena.store.session import Store
from tests.fakes import Chance, Clock
from tests.servers import ROOT, postgres

# A shell that runs tests in the background has SIGINT ignored, and so would the processes they start.
signal.signal(signal.SIGINT, signal.default_int_handler)

# Examples are not timed: how long one takes says nothing of the arena.
settings.register_profile("arena", deadline=None)
settings.load_profile("arena")

LONGEST_FIRST = ("browser", "crash", "tests", "service", "web", "ratings")
"""Folders whose files take longest: begun last, one of them would keep a single worker busy at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the folders that take longest; within one the order stays."""
    order = {folder: place for place, folder in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: order.get(item.path.parent.name, len(order)))


@pytest.fixture(scope="module", autouse=True)
def quick_passwords(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let a password take a millisecond, by the same function, wherever it is not the matter of a test."""
    if request.path.parent.name == "identity":
        yield
        return
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    nobody = hasher.hash("nobody's")
    with mock.patch.multiple(passwords, _HASHER=hasher, NOBODY=nobody):
        yield


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The URL of a PostgreSQL server of our own."""
    with postgres() as url:
        yield url


@pytest.fixture(scope="session")
def postgres_server(postgres_url: str) -> Iterator[Engine]:
    """The server itself: databases are made and dropped by it."""
    url = f"{postgres_url}/postgres".replace("postgresql:", "postgresql+psycopg:")
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    yield engine
    engine.dispose()


def make_database(server: Engine, name: str, template: str = "template1") -> None:
    """Make a database like a template, in the place of one that there was."""
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))


@pytest.fixture
def postgres_database(postgres_url: str, postgres_server: Engine) -> str:
    """The URL of a fresh database on it."""
    make_database(postgres_server, "arena_test")
    return f"{postgres_url}/arena_test"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A fresh database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/arena.db"
    return request.getfixturevalue("postgres_database")


def migrated(url: str) -> None:
    """Bring a database to the newest schema."""
    made = Store(url)
    schema.migrate(made)
    made.close()


@pytest.fixture(scope="session")
def newest_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of SQLite's at the newest schema: copied in no time, where migrating takes 0.1 s."""
    file = tmp_path_factory.mktemp("newest") / "arena.db"
    migrated(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def newest_database(postgres_url: str, postgres_server: Engine) -> str:
    """A database of PostgreSQL's at the newest schema, likewise."""
    make_database(postgres_server, "arena_newest")
    migrated(f"{postgres_url}/arena_newest")
    return "arena_newest"


@pytest.fixture
def store(request: pytest.FixtureRequest, database_url: str) -> Iterator[Store]:
    """A store at the newest schema."""
    if database_url.startswith("sqlite"):
        shutil.copyfile(request.getfixturevalue("newest_file"), database_url.removeprefix("sqlite:///"))
    else:
        server, newest = map(request.getfixturevalue, ("postgres_server", "newest_database"))
        make_database(server, "arena_test", newest)
    made = Store(database_url)
    yield made
    made.close()


@pytest.fixture(scope="session")
def demo_contest() -> Contest:
    """The demo's contest, read once: nothing can change it."""
    return declaration.read((ROOT / "models.yaml").read_text("utf-8"))


@pytest.fixture
def contest(demo_contest: Contest) -> Contest:
    """The demo's contest, with a small cap, no controls and a system prompt that is easy to see."""
    other = {"votes_per_person": 5, "controls": 0, "max_turns": 3, "system_prompt": "답하세요."}
    return replace(demo_contest, rules=replace(demo_contest.rules, **other))


@pytest.fixture
def arena(store: Store, contest: Contest, tmp_path: Path) -> SimpleNamespace:
    """One arena: `citizens` on a fresh store, with the `clock` and `chance` they go by."""
    clock, chance = Clock(), Chance()
    secrets = Secrets(tmp_path / "secrets")
    round_ = open_round(store, contest, secrets, clock, chance, "")
    citizens = Citizens(store, round_, secrets.get("citizen.key"), clock, chance)
    return SimpleNamespace(
        citizens=citizens,
        clock=clock,
        chance=chance,
        store=store,
        round=round_,
        contest=contest,
        secrets=secrets,
    )


@pytest.fixture
def voter(arena: SimpleNamespace) -> str:
    """A citizen who has consented."""
    return arena.citizens.voter(arena.citizens.consent(None, CONSENT))
