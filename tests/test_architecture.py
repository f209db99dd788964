"""The house: which room may import which, and which room a library enters by."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

LAYERS: list[set[str]] = [
    {"arena", "arena.errors"},
    {"arena.settings"},
    {"arena.contest"},
    {"arena.ledger"},
    {"arena.backends", "arena.store", "arena.identity", "arena.pictures"},
    {"arena.reporting"},
    {"arena.service"},
    {"arena.web", "arena.cli"},
    {"arena.composition"},
    {"app"},
]
"""A room imports itself and rooms of earlier lines; `ratings` imports nothing of these."""

FORBIDDEN = {
    "arena.web": {"arena.store", "arena.backends", "ratings"},
    "arena.cli": {"arena.store", "arena.backends", "ratings"},
}

DOORS: dict[str, set[str]] = {
    "PIL": {"arena.pictures", "arena.backends.demo"},
    "ahocorasick": {"arena.contest"},
    "aiohttp": set(),
    "alembic": {"arena.store"},
    "argon2": {"arena.identity"},
    "authlib": {"arena.identity"},
    "choix": {"ratings"},
    "cryptography": {"arena.ledger", "arena.backends"},
    "fastapi": {"arena.web"},
    "gradio": {"arena.web.pages", "arena.web.site"},
    "httptools": {"arena.backends"},
    "httpx": {"arena.backends"},
    "joserfc": {"arena.identity"},
    "matplotlib": {"ratings"},
    "numpy": {"ratings"},
    "phonenumbers": {"arena.contest"},
    "plotly": {"arena.reporting"},
    "pyarrow": {"arena.reporting", "ratings"},
    "pydantic": {"arena.web"},
    "pydantic_core": {"arena.backends"},
    "pylopdf_fonts_ko": {"arena.reporting"},
    "pyotp": {"arena.identity"},
    "python_calamine": {"arena.reporting"},
    "ratings": {"arena.reporting"},
    "rfc3161_client": {"arena.backends"},
    "ruamel": {"arena.contest", "arena.backends.demo", "arena.web"},
    "scipy": {"ratings"},
    "segno": {"arena.identity"},
    "sklearn": {"arena.reporting"},
    "sqlalchemy": {"arena.store"},
    "starlette": {"arena.web", "arena.backends.demo", "arena.composition"},
    "threadpoolctl": {"arena.reporting"},
    "typst": {"arena.reporting"},
    "uvicorn": {"arena.composition", "arena.backends.demo"},
    "xlsxwriter": {"arena.reporting"},
}
"""Where each library enters; a room outside its set never names it."""

PURE = {"arena.contest", "arena.ledger", "ratings"}
IMPURE = {
    "asyncio",
    "datetime.now",
    "os",
    "random",
    "secrets",
    "socket",
    "sqlite3",
    "subprocess",
    "time",
    "urllib",
}
ALLOWED_IN_PURE = {
    ("arena.contest.declaration", "urllib"): "urlsplit reads an address and opens nothing",
    ("ratings.simulate", "random"): "names the type of the generator that is handed in",
    ("ratings.__main__", "sys"): "the package's own face",
}


def imports(source: str) -> Iterator[str]:
    """Give every module that a source names: lazy, conditional and type-only imports too."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and _is_dynamic(node.func):
            assert False, "an import by call hides from this test"  # noqa: B011, PT015 - the message is the point


def _is_dynamic(function: ast.expr) -> bool:
    name = getattr(function, "id", getattr(function, "attr", ""))
    return name in {"__import__", "import_module"}


def within(module: str, room: str) -> bool:
    """Tell whether a module is a room or in it."""
    return module == room or module.startswith(f"{room}.")


def room_of(module: str) -> tuple[int, str]:
    """Give the layer and name of the room that a module of ours is in."""
    found = [
        (number, room)
        for number, layer in enumerate(LAYERS)
        for room in layer
        if within(module, room) and (room != "arena" or module == "arena")
    ]
    assert found, f"{module} is in no room"
    return max(found, key=lambda one: len(one[1]))


def faults(module: str, source: str) -> list[str]:
    """Name every import of a module that the house forbids."""
    named = set(imports(source))
    return _arrows(module, named) + _doors(module, named) + _impurities(module, named)


def _arrows(module: str, named: set[str]) -> list[str]:
    ours = {name for name in named if within(name, "arena") or within(name, "app") or within(name, "ratings")}
    if within(module, "ratings"):
        return [f"{module} imports {name}" for name in sorted(ours) if not within(name, "ratings")]
    layer, room = room_of(module)
    broken = []
    for name in sorted(ours - {"arena"}):
        if within(name, "ratings"):
            continue  # a door, held below
        known = name if _exists(name) else name.rpartition(".")[0]
        other_layer, other = room_of(known)
        if other != room and (other_layer >= layer or other in FORBIDDEN.get(room, set())):
            broken.append(f"{module} imports {name}")
    return broken


def _exists(name: str) -> bool:
    path = ROOT / Path(*name.split("."))
    return path.with_suffix(".py").exists() or path.is_dir()


def _doors(module: str, named: set[str]) -> list[str]:
    return [
        f"{module} names {library}"
        for library, rooms in DOORS.items()
        if any(within(name, library) for name in named)
        and not any(within(module, room) for room in rooms)
        and not within(module, library)
    ]


def _impurities(module: str, named: set[str]) -> list[str]:
    if not any(within(module, room) for room in PURE) or within(module, "ratings.__main__"):
        return []
    return [
        f"{module} names {name}"
        for name in sorted(IMPURE)
        if any(within(one, name) for one in named) and (module, name) not in ALLOWED_IN_PURE
    ]


def modules() -> list[tuple[str, Path]]:
    """List every module of ours."""
    files = [
        ROOT / "app.py",
        *sorted((ROOT / "arena").rglob("*.py")),
        *sorted((ROOT / "ratings").rglob("*.py")),
    ]
    named = []
    for file in files:
        parts = file.relative_to(ROOT).with_suffix("").parts
        named.append((".".join(parts[:-1] if parts[-1] == "__init__" else parts), file))
    return named


@pytest.mark.parametrize(("module", "file"), modules(), ids=str)
def test_imports(module, file):
    """A room imports only from rooms to its left, and a library enters by its door alone."""
    found = faults(module, file.read_text("utf-8"))

    assert found == []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("arena.contest.battle", "import arena.store.session"),
        ("arena.contest.battle", "def f():\n    from arena.ledger import entries"),
        ("arena.contest.battle", "if TYPE_CHECKING:\n    from arena.service.citizens import Citizens"),
        ("arena.contest.battle", "import time"),
        ("arena.ledger.entries", "import secrets"),
        ("arena.backends.pool", "import sqlalchemy"),
        ("arena.backends.pool", "from arena import store"),
        ("arena.store.votes", "import httpx"),
        ("arena.service.citizens", "from sqlalchemy import Connection"),
        ("arena.service.citizens", "import ratings.standings"),
        ("arena.service.citizens", "import app"),
        ("arena.web.api", "from arena.store import votes"),
        ("arena.web.api", "from arena.backends.pool import Pool"),
        ("arena.web.api", "import arena.cli"),
        ("arena.cli", "from ratings import counts"),
        ("arena.reporting.export", "import gradio"),
        ("ratings.counts", "from arena.contest.rules import Verdict"),
    ],
)
def test_planted_violation(module, source):
    """An import that the house forbids is found, wherever in a file it hides."""
    found = faults(module, source)

    assert len(found) >= 1


def test_dynamic_import():
    """An import by call is refused, as nobody could check it."""
    with pytest.raises(AssertionError):
        list(imports("import importlib\nimportlib.import_module('arena.store')"))


def test_pure_rooms_touch_no_clock():
    """No pure room asks a clock for the time."""
    asking = [
        f"{file}:{node.lineno}"
        for module, file in modules()
        if any(within(module, room) for room in PURE)
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in {"now", "utcnow", "today"}
    ]

    assert asking == []


def test_top_level_is_fixed():
    """The top level holds what the design names and nothing else of ours."""
    ours = {path.name for path in ROOT.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}

    assert ours == {"app.py", "arena", "ratings"}
    assert sys.version_info >= (3, 11)
