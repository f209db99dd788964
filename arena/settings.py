"""Settings: the environment, read once.

ARENA_DATABASE_URL   sqlite:///data/arena.db (default) or postgresql://…
ARENA_DATA           folder of the database file and the secrets (default `data`)
ARENA_MODELS         the declaration of round and roster (default `models.yaml`)
ARENA_HOST           address to listen on (default 127.0.0.1)
ARENA_PORT           port to listen on (default 7860)
ARENA_ORIGIN         name of the log and of its keys, an address without https:// (default
                     blind-arena.localhost); for ever, once the log has a key
ARENA_CHECKPOINT_SECONDS  a new entry waits so long for a checkpoint at most (default 60)
ARENA_STAMP_URL      a time-stamping authority (RFC 3161) for `arena stamp`; none by default
ARENA_STAMP_ROOTS    file of the certificates (PEM) that vouch for it
ARENA_HTTPS          1 where citizens come over https: cookies are then marked Secure (default 0)
ARENA_OIDC_ISSUER    address of an OpenID Connect provider through which staff sign in; none by default
ARENA_OIDC_CLIENT_ID, ARENA_OIDC_CLIENT_SECRET  what the arena is called there, and its secret
ARENA_OIDC_ROLE_CLAIM  claim that tells what somebody is (default arena_role)
ARENA_OIDC_ROLES     which role each value of it is, as `value=role,value=role`; no other value comes in
                     (default evaluator=evaluator,team=team,operator=operator,auditor=auditor)
ARENA_OIDC_CONTESTANT_CLAIM  claim that tells which contestant is a team's (default arena_contestant)
ARENA_LEAVE_GRACE    seconds that an answer goes on with nobody watching (default 30)
ARENA_MOST_ANSWERING battles answered at once; more citizens wait in line (default 200)
ARENA_MOST_WAITING   citizens in that line; more are turned away kindly (default 2000)
ARENA_MOST_PER_ENDPOINT  replies under way at one endpoint at once; more wait a moment (default 256)
ARENA_PROBE_SECONDS  every so often each endpoint is asked how it is, and which are drained is read
                     again: `arena drain` (default 5)
ARENA_CANARY_HOURS   every so many hours contestants are asked whether they still answer as at the opening
                     (`arena canary`); 0 is never (default 0)
ARENA_TEAM_VERDICTS  1 shows teams, once the result is published, the verdict beside each of their answers;
                     votes could then be sold: docs/feedback.md (default 0)
ARENA_DEMO_SPEED     how many times faster the embedded demo answers and, in a rehearsal, answers are
                     let out (default 1)
ARENA_DEMO_CONTROLS  1 lets tests make the embedded demo fail (default 0)
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from arena.errors import BadSetting


@dataclass(frozen=True, slots=True)
class OidcSettings:
    """A provider through which staff sign in; `roles` maps a value of its claim to the name of a role."""

    issuer: str
    client_id: str
    client_secret: str
    role_claim: str
    roles: Mapping[str, str]
    contestant_claim: str


LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
ROLES = ("evaluator", "team", "operator", "auditor")


@dataclass(frozen=True, slots=True)
class Settings:
    """What the environment says; `leave_grace` and `checkpoint_seconds` in seconds."""

    database_url: str
    data: Path
    models: Path
    host: str
    port: int
    origin: str
    checkpoint_seconds: float
    stamp_url: str
    stamp_roots: Path
    https: bool
    oidc: OidcSettings | None
    leave_grace: float
    most_answering: int
    most_waiting: int
    most_per_endpoint: int
    probe_seconds: float
    canary_hours: float
    team_verdicts: bool
    demo_speed: float
    demo_controls: bool


def read(environment: Mapping[str, str]) -> Settings:
    """Read the settings.

    Raises:
        BadSetting: a variable holds what cannot be.
    """
    data = Path(environment.get("ARENA_DATA") or "data")
    return Settings(
        database_url=environment.get("ARENA_DATABASE_URL") or f"sqlite:///{data}/arena.db",
        data=data,
        models=Path(environment.get("ARENA_MODELS") or "models.yaml"),
        host=environment.get("ARENA_HOST") or "127.0.0.1",
        port=int(_number(environment, "ARENA_PORT", 7860, 1, 65535, whole=True)),
        origin=environment.get("ARENA_ORIGIN") or "blind-arena.localhost",
        checkpoint_seconds=_number(environment, "ARENA_CHECKPOINT_SECONDS", 60, 1, 60),
        stamp_url=environment.get("ARENA_STAMP_URL", ""),
        stamp_roots=Path(environment.get("ARENA_STAMP_ROOTS", "")),
        https=_flag(environment, "ARENA_HTTPS"),
        oidc=_oidc(environment),
        leave_grace=_number(environment, "ARENA_LEAVE_GRACE", 30, 0, 3600),
        most_answering=int(_number(environment, "ARENA_MOST_ANSWERING", 200, 1, 100_000, whole=True)),
        most_waiting=int(_number(environment, "ARENA_MOST_WAITING", 2_000, 0, 100_000, whole=True)),
        most_per_endpoint=int(_number(environment, "ARENA_MOST_PER_ENDPOINT", 256, 1, 100_000, whole=True)),
        probe_seconds=_number(environment, "ARENA_PROBE_SECONDS", 5, 0.05, 3600),
        canary_hours=_number(environment, "ARENA_CANARY_HOURS", 0, 0, 1000),
        team_verdicts=_flag(environment, "ARENA_TEAM_VERDICTS"),
        demo_speed=_number(environment, "ARENA_DEMO_SPEED", 1, 0.01, 1000),
        demo_controls=_flag(environment, "ARENA_DEMO_CONTROLS"),
    )


def _oidc(environment: Mapping[str, str]) -> OidcSettings | None:
    issuer = environment.get("ARENA_OIDC_ISSUER", "")
    if not issuer:
        return None
    at = urlsplit(issuer)
    if at.scheme != "https" and at.hostname not in LOOPBACK:
        raise BadSetting("ARENA_OIDC_ISSUER must begin with https://")
    client_id = environment.get("ARENA_OIDC_CLIENT_ID", "")
    client_secret = environment.get("ARENA_OIDC_CLIENT_SECRET", "")
    if not (client_id and client_secret):
        raise BadSetting("ARENA_OIDC_ISSUER needs ARENA_OIDC_CLIENT_ID and ARENA_OIDC_CLIENT_SECRET")
    return OidcSettings(
        issuer=issuer,
        client_id=client_id,
        client_secret=client_secret,
        role_claim=environment.get("ARENA_OIDC_ROLE_CLAIM") or "arena_role",
        roles=_roles(environment.get("ARENA_OIDC_ROLES", "")),
        contestant_claim=environment.get("ARENA_OIDC_CONTESTANT_CLAIM") or "arena_contestant",
    )


def _roles(text: str) -> dict[str, str]:
    if not text:
        return {role: role for role in ROLES}
    pairs = [pair.rpartition("=") for pair in text.split(",")]
    if any(not value or role not in ROLES for value, _, role in pairs):
        raise BadSetting(f"ARENA_OIDC_ROLES must be value=role,…, each role one of {', '.join(ROLES)}")
    return {value: role for value, _, role in pairs}


def _number(
    environment: Mapping[str, str], name: str, default: float, low: float, high: float, *, whole: bool = False
) -> float:
    text = environment.get(name, "")
    if not text:
        return default
    kind = "a whole number" if whole else "a number"
    problem = f"{name} must be {kind} from {low:g} to {high:g}, not {text!r}"
    try:
        value = float(int(text)) if whole else float(text)
    except (ValueError, OverflowError) as error:
        raise BadSetting(problem) from error
    if not low <= value <= high:
        raise BadSetting(problem)
    return value


def _flag(environment: Mapping[str, str], name: str) -> bool:
    text = environment.get(name, "")
    if text not in {"", "0", "1"}:
        raise BadSetting(f"{name} must be 0 or 1, not {text!r}")
    return text == "1"
