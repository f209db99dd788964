from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena import settings
from arena.errors import BadSetting
from arena.settings import Settings

DEFAULTS = Settings(
    database_url="sqlite:///data/arena.db",
    data=Path("data"),
    models=Path("models.yaml"),
    host="127.0.0.1",
    port=7860,
    origin="blind-arena.localhost",
    checkpoint_seconds=60,
    stamp_url="",
    stamp_roots=Path(),
    https=False,
    oidc=None,
    leave_grace=30,
    most_answering=200,
    most_waiting=2_000,
    most_per_endpoint=256,
    probe_seconds=5,
    canary_hours=0,
    team_verdicts=False,
    demo_speed=1,
    demo_controls=False,
)
NAMES = {
    "ARENA_DATABASE_URL": "postgresql://arena@db/arena",
    "ARENA_DATA": "elsewhere",
    "ARENA_MODELS": "other.yaml",
    "ARENA_HOST": "0.0.0.0",
    "ARENA_PORT": "80",
    "ARENA_ORIGIN": "arena.example/log",
    "ARENA_CHECKPOINT_SECONDS": "5",
    "ARENA_STAMP_URL": "https://stamps.example",
    "ARENA_STAMP_ROOTS": "roots.pem",
    "ARENA_HTTPS": "1",
    "ARENA_LEAVE_GRACE": "0.5",
    "ARENA_MOST_ANSWERING": "7",
    "ARENA_MOST_WAITING": "0",
    "ARENA_MOST_PER_ENDPOINT": "9",
    "ARENA_PROBE_SECONDS": "0.5",
    "ARENA_CANARY_HOURS": "6",
    "ARENA_TEAM_VERDICTS": "1",
    "ARENA_DEMO_SPEED": "50",
    "ARENA_DEMO_CONTROLS": "1",
}
NUMBERS = [
    "ARENA_PORT",
    "ARENA_CHECKPOINT_SECONDS",
    "ARENA_LEAVE_GRACE",
    "ARENA_MOST_ANSWERING",
    "ARENA_MOST_WAITING",
    "ARENA_MOST_PER_ENDPOINT",
    "ARENA_PROBE_SECONDS",
    "ARENA_CANARY_HOURS",
    "ARENA_DEMO_SPEED",
]
FLAGS = ["ARENA_HTTPS", "ARENA_TEAM_VERDICTS", "ARENA_DEMO_CONTROLS"]


def test_nothing_has_to_be_set():
    """An arena starts with an empty environment, on loopback."""
    assert settings.read({}) == DEFAULTS


def test_an_empty_variable_is_not_set():
    """A variable that is there and empty means the default."""
    assert settings.read(dict.fromkeys(NAMES, "")) == DEFAULTS


def test_everything_can_be_set():
    """Every variable is read into its field."""
    assert settings.read(NAMES) == Settings(
        database_url="postgresql://arena@db/arena",
        data=Path("elsewhere"),
        models=Path("other.yaml"),
        host="0.0.0.0",
        port=80,
        origin="arena.example/log",
        checkpoint_seconds=5,
        stamp_url="https://stamps.example",
        stamp_roots=Path("roots.pem"),
        https=True,
        oidc=None,
        leave_grace=0.5,
        most_answering=7,
        most_waiting=0,
        most_per_endpoint=9,
        probe_seconds=0.5,
        canary_hours=6,
        team_verdicts=True,
        demo_speed=50,
        demo_controls=True,
    )


def test_the_database_lies_with_the_data():
    """Who moves the folder of the data moves the database with it."""
    assert settings.read({"ARENA_DATA": "/srv/arena"}).database_url == "sqlite:////srv/arena/arena.db"


@pytest.mark.parametrize("name", NAMES)
def test_every_variable_is_documented(name):
    """The module's own text names every variable."""
    assert f"\n{name} " in settings.__doc__


OUTSIDE = {
    "ARENA_PORT": ["0", "65536", "80.5", "-1"],
    "ARENA_CHECKPOINT_SECONDS": ["0.9", "61", "-1"],
    "ARENA_LEAVE_GRACE": ["-1", "3601"],
    "ARENA_MOST_ANSWERING": ["0", "100001", "1e3"],
    "ARENA_MOST_WAITING": ["-1", "100001", "1e3"],
    "ARENA_MOST_PER_ENDPOINT": ["0", "100001", "1e3"],
    "ARENA_PROBE_SECONDS": ["0", "3601"],
    "ARENA_CANARY_HOURS": ["-1", "1001"],
    "ARENA_DEMO_SPEED": ["0", "0.009", "1001"],
}
NO_NUMBERS = ["x", "nan", "inf", "-inf", "1 2", "0x10", "9" * 400, "9" * 5_000]


@pytest.mark.parametrize(
    ("name", "text"),
    [(name, text) for name in NUMBERS for text in OUTSIDE[name] + NO_NUMBERS],
)
def test_a_bad_number_is_a_clear_message(name, text):
    """A number that cannot be is refused with its variable and what it may be."""
    with pytest.raises(BadSetting, match=rf"^{name} must be a (whole )?number from .* to "):
        settings.read({name: text})


@pytest.mark.parametrize("name", FLAGS)
@pytest.mark.parametrize("text", ["2", "true", "yes", " 1", "01", "-"])
def test_a_bad_flag_is_a_clear_message(name, text):
    """A flag is 0 or 1; what looks like either is refused, not guessed."""
    with pytest.raises(BadSetting, match=f"^{name} must be 0 or 1, not "):
        settings.read({name: text})


@given(st.dictionaries(st.sampled_from(NUMBERS + FLAGS), st.text()))
def test_no_environment_breaks_the_reader(environment):
    """Whatever the environment holds, it is read or refused with a variable's name."""
    assert outcome(environment) in {"read", *environment}


def outcome(environment):
    """The variable that is refused, or "read"."""
    try:
        settings.read(environment)
    except BadSetting as error:
        return str(error).split()[0]
    return "read"


OIDC = {
    "ARENA_OIDC_ISSUER": "https://id.example",
    "ARENA_OIDC_CLIENT_ID": "arena",
    "ARENA_OIDC_CLIENT_SECRET": "secret",
}


def test_a_provider_for_staff():
    """Staff may sign in elsewhere; which claim tells their role, and what its values mean, can be said."""
    plain = settings.read(OIDC).oidc
    named = settings.read(
        OIDC
        | {
            "ARENA_OIDC_ROLE_CLAIM": "groups",
            "ARENA_OIDC_ROLES": "a=b=operator,jury=evaluator",
            "ARENA_OIDC_CONTESTANT_CLAIM": "team",
        }
    ).oidc

    assert (plain.issuer, plain.role_claim, plain.roles["team"]) == (
        "https://id.example",
        "arena_role",
        "team",
    )
    assert dict(named.roles) == {"a=b": "operator", "jury": "evaluator"}
    assert (named.role_claim, named.contestant_claim) == ("groups", "team")


@pytest.mark.parametrize(
    "wrong",
    [
        {"ARENA_OIDC_CLIENT_ID": ""},
        {"ARENA_OIDC_CLIENT_SECRET": ""},
        {"ARENA_OIDC_ISSUER": "http://id.example"},
        {"ARENA_OIDC_ISSUER": "id.example"},
        {"ARENA_OIDC_ROLES": "evaluator"},
        {"ARENA_OIDC_ROLES": "x=admin"},
        {"ARENA_OIDC_ROLES": "=operator"},
        {"ARENA_OIDC_ROLES": "a=operator,"},
    ],
)
def test_a_provider_that_cannot_be(wrong):
    """A provider without a name for us, without https, or with unknown roles, is refused at the start."""
    with pytest.raises(BadSetting, match="ARENA_OIDC"):
        settings.read(OIDC | wrong)
