"""The audit as a file: what its page shows, with the same filters, in a sheet that runs no formula."""

import csv
import io
import json

import pytest

from arena.identity.staff import Role
from arena.service.audit import Audit
from tests.web.staffed_site import staffed_site

ACTS = "/api/audit/acts.csv"


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """The whole site, with an act that would be a formula."""
    with staffed_site(tmp_path_factory.mktemp("audit")) as made:
        audit = Audit(made.store, "demo-5", made.clock, lambda count: b"s" * count)
        audit.put(None, "export", after={"of": "=1+1"})
        yield made


def read(house, query=""):
    """The lines of the sheet, as an auditor downloads them."""
    answer = house.ask("GET", ACTS + query, house.session(Role.AUDITOR))
    assert answer.status_code == 200, answer.text
    return answer, list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_file(house):
    """The sheet holds every act, opens in Excel and is kept by no cache."""
    answer, lines = read(house)

    assert answer.content.startswith("\ufeff".encode())
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    entries = [int(line["entry"]) for line in lines]
    assert entries == sorted(entries, reverse=True)
    exported = next(line for line in lines if line["act"] == "export")
    assert json.loads(exported["after"]) == {"of": "=1+1"}
    assert not any(cell.startswith("=") for line in lines for cell in line.values())


def test_filters(house):
    """A sheet holds what is asked for."""
    _, lines = read(house, "?act=export&role=command+line")

    assert [line["act"] for line in lines] == ["export"]


@pytest.mark.parametrize("query", ["?since=tomorrow", "?account=x", "?act=%00", "?until=2026-13-01"])
def test_what_cannot_be(house, query):
    """What no act can have is refused, before anything is sent."""
    answer = house.ask("GET", ACTS + query, house.session(Role.AUDITOR))

    assert (answer.status_code, answer.json()["error"]) == (422, "bad_request")
