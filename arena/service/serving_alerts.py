"""Alerts: what a team should look at in the servers of its contestant."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from arena.contest.serving import Service

FEWEST_REQUESTS = 20
FAILING = 0.05
SLOW_SECONDS = 10.0


class Trouble(StrEnum):
    """What is wrong with an endpoint."""

    FAILING = "failing"
    SLOW_START = "slow_start"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Alert:
    """A trouble of an endpoint, and how large: percent of requests, or seconds; 0 where it has no size."""

    endpoint: str
    trouble: Trouble
    size: float


def alerts(endpoints: Sequence[str], recent: Mapping[str, Service]) -> tuple[Alert, ...]:
    """Tell what is wrong with each endpoint: requests fail, replies begin late, nothing is asked."""
    found = [alert for endpoint, served in recent.items() for alert in _of(endpoint, served)]
    busy = any(served.requests >= FEWEST_REQUESTS for served in recent.values())
    silent = [endpoint for endpoint in endpoints if busy and endpoint not in recent]
    return (*found, *(Alert(endpoint, Trouble.SILENT, 0.0) for endpoint in silent))


def _of(endpoint: str, served: Service) -> list[Alert]:
    if served.requests < FEWEST_REQUESTS:
        return []
    found, failed, late = [], served.failed / served.requests, served.first_within(0.95)
    if failed >= FAILING:
        found.append(Alert(endpoint, Trouble.FAILING, round(100 * failed)))
    if late is not None and late >= SLOW_SECONDS:
        found.append(Alert(endpoint, Trouble.SLOW_START, late))
    return found
