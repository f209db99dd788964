"""How a contestant's server is started: `vllm serve` with what keeps it blind and closed. Pure.

Rule 1: an address that others than this machine reach needs a key.
Rule 2: a key stands in the environment, never on a command line, which every account of a machine can read.
"""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from arena.contest.roster import Contestant
from arena.errors import BadSetting

KEY = "VLLM_API_KEY"
"""Where vLLM itself looks for its key."""

QUIET = {"VLLM_NO_USAGE_STATS": "1", "VLLM_SERVER_DEV_MODE": "0"}
"""Nothing is told to anybody, and no route for developers is open."""

CLOSED = (
    "--fingerprint-mode=none",  # a fingerprint differs by model and configuration
    "--disable-fastapi-docs",
    "--no-enable-log-requests",  # what citizens ask stays out of logs
    "--disable-uvicorn-access-log",
    "--shutdown-timeout=30",  # a server that is stopped ends what it is answering
)
OURS = (
    *("--model", "--served-model-name", "--host", "--port", "--uds", "--api-key", "--config", "--root-path"),
    *("--headless", "--grpc", "--enable-log-outputs", "--enable-offline-docs"),
    *("--fingerprint-value", "--no-disable-fastapi-docs", "--enable-log-requests"),
    *("--no-disable-uvicorn-access-log", *(flag.partition("=")[0] for flag in CLOSED)),
)
"""Options that the arena sets or that would undo what it sets."""


@dataclass(frozen=True, slots=True)
class TeamServer:
    """A command and the environment to add to it; the key is that of the variable `key_env` ("" for none)."""

    command: tuple[str, ...]
    key_env: str
    is_local: bool

    def __str__(self) -> str:
        """Write the line for a shell, with the name of the key's variable and not the key."""
        key = [f'{KEY}="${self.key_env}"'] if self.key_env else []
        return " ".join(
            [*(f"{name}={value}" for name, value in QUIET.items()), *key, shlex.join(self.command)]
        )

    def environment(self, given: Mapping[str, str]) -> dict[str, str]:
        """Give the whole environment of the server, made of that of this process.

        Raises:
            BadSetting: the key's variable holds none.
        """
        others = {name: value for name, value in given.items() if name != KEY}
        if not self.key_env:
            return others | QUIET
        key = given.get(self.key_env, "")
        if not (key and key.isascii() and key.isprintable()):
            raise BadSetting(f"the variable {self.key_env} holds no usable key; set it first")
        return others | QUIET | {KEY: key}


def team_server(
    contestant: Contestant, model: str, more: Sequence[str] = (), *, endpoint: int = 0, listen: str = ""
) -> TeamServer:
    """Compose the server of one of a contestant's endpoints (from 1; 0 for the only one).

    `model` is a folder or a name that vLLM knows, `more` are further options of vLLM. `listen`
    (HOST:PORT) says where it listens when that is not the endpoint's own address.

    Raises:
        BadSetting: there is no one such endpoint, or it would be unsafe.
    """
    address = _endpoint(contestant, endpoint)
    host, port = _listening(address, listen)
    is_local = _is_local(host) and _is_local(address.hostname or "")
    if not is_local and not contestant.key_env:
        where = host if _is_local(address.hostname or "") else address.hostname
        raise BadSetting(
            f"others than this machine reach {where}, and {contestant.id} has no key: "
            "name a variable that holds one in its key_env"
        )
    _check_model(model)
    _check_free(more)
    served = ("vllm", "serve", model, f"--served-model-name={contestant.served_model}")
    command = (*served, f"--host={host}", f"--port={port}", *CLOSED, *more)
    return TeamServer(command, contestant.key_env, is_local)


def _endpoint(contestant: Contestant, number: int) -> SplitResult:
    known = contestant.endpoints
    if number == 0 and len(known) > 1:
        raise BadSetting(
            f"{contestant.id} has {len(known)} endpoints; say which with --endpoint 1 … {len(known)}"
        )
    if not 0 <= number <= len(known):
        raise BadSetting(f"{contestant.id} has no endpoint {number}, only 1 … {len(known)}")
    address = urlsplit(known[max(number, 1) - 1])
    if address.scheme == "demo":
        raise BadSetting(f"{contestant.id} is answered for by the embedded demo, not by vLLM")
    return address


def _listening(address: SplitResult, listen: str) -> tuple[str, int]:
    if listen:
        host, _, port = listen.rpartition(":")
        if not host or not port.isdecimal() or not 1 <= int(port) <= 65535:
            raise BadSetting(f"--listen takes HOST:PORT, not {listen!r}")
        return host.strip("[]"), int(port)
    if address.scheme != "http" or address.path.strip("/") or address.hostname is None:
        raise BadSetting(
            f"something stands before vLLM at {address.geturl()}; "
            "say where vLLM itself listens with --listen HOST:PORT"
        )
    return address.hostname, address.port or 80


def _is_local(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _check_model(model: str) -> None:
    if not model or model.startswith("-"):
        raise BadSetting(f"{model!r} is no model: give a folder or a name that vLLM knows")


def _check_free(more: Sequence[str]) -> None:
    """Refuse options that are the arena's, however vLLM lets them be written: underscores, cut short."""
    for word in more:
        if not word.startswith("-") or word == "-":
            continue
        name = word.partition("=")[0].partition(".")[0].replace("_", "-")
        if name == "--" or any(own == name or (len(name) > 2 and own.startswith(name)) for own in OURS):
            raise BadSetting(
                f"{word.partition('=')[0]} is not free: the arena sets that, so that it stays safe"
            )
