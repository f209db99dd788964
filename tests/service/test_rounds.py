"""A round is opened once, and taken up only with the rules, roster and secrets that it was opened with."""

import hashlib
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from datetime import timedelta
from decimal import Decimal

import pytest

from arena.contest.roster import Roster
from arena.contest.rules import (
    BothBad,
    Decoding,
    Exclusions,
    Openings,
    Reveal,
    Rules,
    Seal,
    Speed,
    Track,
    Verdict,
    Witnesses,
)
from arena.errors import BadSetting, RoundUnknown, RulesChanged
from arena.identity.secrets import Secrets
from arena.ledger import entries
from arena.ledger.frozen import contest_document, document_hash, roster_document
from arena.ledger.seed import seed
from arena.service.rounds import open_round, take_up_round
from arena.store import record
from arena.store.session import Store
from tests.fakes import Chance, Clock
from tests.reporting.ballots import changed
from tests.servers import ROOT

DAY = timedelta(days=1)
LOG = "log.example+00000000+key"
FIRST = 5
"""Entries of an opening."""

OTHER_RULES = {
    "titles": lambda rules: {"ko": "다른 이름", "en": "Another"},
    "opens": lambda rules: rules.opens - DAY,
    "closes": lambda rules: rules.closes + DAY,
    "rehearsal": lambda rules: not rules.rehearsal,
    "reveal": lambda rules: Reveal.NEVER,
    "standings": lambda rules: Seal.LIVE,
    "speed": lambda rules: Speed.VISIBLE,
    "tracks": lambda rules: (Track.OPEN, Track.CITIZEN_PANEL),
    "scoring": lambda rules: (Track.CITIZEN_PANEL,),
    "verdicts": lambda rules: (Verdict.A, Verdict.B, Verdict.TIE),
    "max_turns": lambda rules: rules.max_turns + 1,
    "max_prompt": lambda rules: rules.max_prompt + 1,
    "votes_per_person": lambda rules: rules.votes_per_person + 1,
    "given_up_per_person": lambda rules: rules.given_up_per_person + 1,
    "controls": lambda rules: rules.controls + 1,
    "categories": lambda rules: rules.categories[:-1],
    "decoding": lambda rules: Decoding(Decimal("0.8"), rules.decoding.top_p, rules.decoding.max_tokens),
    "system_prompt": lambda rules: rules.system_prompt + " 짧게.",
    "points": lambda rules: rules.points + 1,
    "both_bad": lambda rules: BothBad.DROPPED,
    "beacon": lambda rules: "a public value",
    "openings": lambda rules: Openings.AUDITORS,
    "exclusions": lambda rules: Exclusions(1, 2),
    "decision": lambda rules: replace(rules.decision, votes=1),
    "witnesses": lambda rules: Witnesses(("witness+00000000+key",), 1),
}
ONE_CHOICE = {"round_id", "points_rule", "ties"}
"""A new round id is a new round; the other two have one value in this version."""

OTHER_CONTESTANT = {
    "id": "another",
    "team": "다른 모임",
    "name": "다른 이름",
    "aliases": ("another",),
    "served_model": "another",
    "images": False,
    "reference": True,
}

OPENER = """
import sys
from pathlib import Path
from arena.contest import declaration
from arena.identity.secrets import Secrets
from arena.service.rounds import open_round, take_up_round
from arena.store import schema
from arena.store.session import Store
from tests.fakes import Chance, Clock

url, folder = sys.argv[1:]
store = Store(url)
print("ready", flush=True)
sys.stdin.readline()
schema.migrate(store)
contest = declaration.read(Path("models.yaml").read_text("utf-8"))
print(open_round(store, contest, Secrets(Path(folder)), Clock(), Chance(), "").seed.hex())
store.close()
"""


@pytest.fixture
def secrets(tmp_path):
    """The secrets of one arena."""
    return Secrets(tmp_path / "secrets")


def opened(store, contest, secrets):
    return open_round(store, contest, secrets, Clock(), Chance(), LOG)


def ledger(store):
    """Give (type, payload) of every entry."""
    with store.reading() as connection:
        lines = list(record.lines(connection))
    return [(json.loads(line.entry)["type"], json.loads(line.payload)) for line in lines]


def with_first(contest, **changes):
    """The contest with another first contestant."""
    first, *rest = contest.roster.contestants
    return replace(contest, roster=Roster((replace(first, **changes), *rest)))


def test_first_opening(store, contest, secrets):
    """Opening puts pepper, rules, roster, seed and beacon on the record, secrets by their hash."""
    round_ = opened(store, contest, secrets)

    rules_hash = document_hash(contest_document(contest))
    secret = entries.secret_commitment("seed", secrets.get("demo-5.seed"))
    assert ledger(store) == [
        (
            "RoundOpened",
            {
                "log": LOG,
                "pepper": entries.secret_commitment("pepper", round_.pepper),
                "round": "demo-5",
            },
        ),
        ("RulesFrozen", {"hash": rules_hash, "round": "demo-5"}),
        ("RosterFrozen", {"hash": document_hash(roster_document(contest.roster)), "round": "demo-5"}),
        ("SeedCommitted", {"beacon": "", "nonces": {}, "round": "demo-5", "secret": secret}),
        ("BeaconDrawn", {"beacon": "", "nonces": {}, "round": "demo-5"}),
    ]
    assert round_.rules_hash == rules_hash
    assert round_.seed == seed(secrets.get("demo-5.seed"), {}, "")


def test_secrets_stay_in_their_files(store, contest, secrets):
    """Neither seed nor pepper is in the record, in any form but their commitments."""
    round_ = opened(store, contest, secrets)

    with store.reading() as connection:
        everything = b"".join(line.entry + line.payload for line in record.lines(connection))
    for secret in (round_.seed, round_.pepper, secrets.get("demo-5.seed")):
        assert secret not in everything
        assert secret.hex().encode() not in everything
        assert hashlib.sha256(secret).hexdigest().encode() not in everything


def test_taken_up_again(store, contest, secrets):
    """Taking a round up again gives the same round and writes nothing."""
    first = opened(store, contest, secrets)
    before = ledger(store)

    again = opened(store, contest, secrets)

    assert again == first
    assert ledger(store) == before


def test_round_that_was_never_opened(store, contest, secrets, tmp_path):
    """Taking up a round that was never opened is refused, and makes neither entries nor secrets."""
    with pytest.raises(RoundUnknown, match="demo-5"):
        take_up_round(store, contest, secrets)

    assert ledger(store) == []
    assert not (tmp_path / "secrets").exists()


def test_a_rehearsal_with_a_beacon(store, contest, secrets):
    """A rehearsal whose rules name a beacon waits for its value: serving does not open it without."""
    asked = replace(contest, rules=replace(contest.rules, beacon="the dice at noon"))

    with pytest.raises(RoundUnknown, match="arena round new"):
        opened(store, asked, secrets)

    assert ledger(store) == []


def test_taken_up_without_opening(store, contest, secrets):
    """Commands take up the very round that the server opened, and write nothing."""
    first = opened(store, contest, secrets)
    before = ledger(store)

    assert take_up_round(store, contest, secrets) == first
    assert ledger(store) == before


@pytest.mark.parametrize("change", ["rules", "seed"])
def test_taken_up_with_something_else(store, contest, secrets, tmp_path, change):
    """Commands refuse other rules and other secrets just as the server does."""
    opened(store, contest, secrets)
    if change == "seed":
        (tmp_path / "secrets/demo-5.seed").write_bytes(b"x" * 32)
    other = changed(contest, max_turns=9) if change == "rules" else contest

    with pytest.raises(RulesChanged):
        take_up_round(store, other, secrets)


@pytest.mark.parametrize("name", sorted(OTHER_RULES))
def test_changed_rule(store, contest, secrets, name):
    """A changed rule is refused by name, with what was frozen and what is declared, and writes nothing."""
    opened(store, contest, secrets)
    before = ledger(store)
    other = changed(contest, **{name: OTHER_RULES[name](contest.rules)})
    old, new = (contest_document(one)["rules"][name] for one in (contest, other))

    with pytest.raises(RulesChanged) as refusal:
        opened(store, other, secrets)

    said = str(refusal.value)
    assert f"rules.{name}" in said
    if not isinstance(old, dict):
        assert f"rules.{name}: {old} → {new}" in said
    assert ledger(store) == before


def test_no_rule_is_forgotten():
    """Every rule there is, is one that the test above changes."""
    assert {field.name for field in fields(Rules)} == OTHER_RULES.keys() | ONE_CHOICE


def test_part_of_a_rule(store, contest, secrets):
    """A change within a rule is named to the part."""
    opened(store, contest, secrets)

    with pytest.raises(RulesChanged, match=r"rules\.decoding\.temperature: 0\.7\d* → 0\.8"):
        opened(store, changed(contest, decoding=OTHER_RULES["decoding"](contest.rules)), secrets)


@pytest.mark.parametrize("name", sorted(OTHER_CONTESTANT))
def test_changed_contestant(store, contest, secrets, name):
    """A changed contestant is refused, with what was frozen and what is declared."""
    opened(store, contest, secrets)
    old = getattr(contest.roster.contestants[0], name)

    with pytest.raises(RulesChanged) as refusal:
        opened(store, with_first(contest, **{name: OTHER_CONTESTANT[name]}), secrets)

    said = str(refusal.value)
    shown = {True: 1, False: 0}.get(old, old) if isinstance(old, bool) else old
    assert name in said
    assert str(list(shown) if isinstance(shown, tuple) else shown) in said


@pytest.mark.parametrize("change", ["one less", "other order"])
def test_changed_roster(store, contest, secrets, change):
    """A contestant less, or the same in another order, is another roster: seats depend on both."""
    opened(store, contest, secrets)
    some = contest.roster.contestants[:-1] if change == "one less" else contest.roster.contestants[::-1]

    with pytest.raises(RulesChanged, match="roster"):
        opened(store, replace(contest, roster=Roster(tuple(some))), secrets)


def test_moved_endpoints(store, contest, secrets):
    """Endpoints and keys may change while a round runs, and the new ones are used."""
    opened(store, contest, secrets)
    moved = with_first(contest, endpoints=("http://10.0.0.1:8000",), key_env="TEAM_KEY")

    assert opened(store, moved, secrets).contest == moved
    assert len(ledger(store)) == FIRST


@pytest.mark.parametrize("name", ["seed", "pepper"])
@pytest.mark.parametrize("how", ["lost", "another"])
def test_secret_that_is_not_the_one(store, contest, secrets, tmp_path, name, how):
    """With another seed or pepper than the committed one a round is not taken up."""
    opened(store, contest, secrets)
    file = tmp_path / f"secrets/demo-5.{name}"
    kept = file.read_bytes()
    file.unlink()
    if how == "another":
        file.write_bytes(b"x" * 32)

    with pytest.raises(RulesChanged, match=f"the {name} of round demo-5"):
        opened(store, contest, secrets)

    file.write_bytes(kept)
    assert len(ledger(store)) == FIRST
    assert opened(store, contest, secrets).contest == contest


def test_secret_that_was_cut(store, contest, secrets, tmp_path):
    """A secret's file that is not whole is refused by its name and left as it is."""
    opened(store, contest, secrets)
    (tmp_path / "secrets/demo-5.seed").write_bytes(b"short")

    with pytest.raises(BadSetting, match=r"demo-5\.seed"):
        opened(store, contest, secrets)

    assert (tmp_path / "secrets/demo-5.seed").read_bytes() == b"short"


def test_second_round(store, contest, secrets):
    """A new id opens a second round in the same database, with secrets of its own, and the first stays."""
    first = opened(store, contest, secrets)

    second = opened(store, changed(contest, round_id="demo-6", max_turns=1), secrets)

    assert [payload["round"] for _, payload in ledger(store)] == ["demo-5"] * FIRST + ["demo-6"] * FIRST
    assert len({first.seed, second.seed, first.pepper, second.pepper}) == 4
    assert opened(store, contest, secrets) == first


def test_opened_on_many_threads(store, contest, secrets):
    """Eight openings at once open the round once."""
    with ThreadPoolExecutor(8) as pool:
        rounds = list(pool.map(lambda _: opened(store, contest, secrets), range(8)))

    assert all(round_ == rounds[0] for round_ in rounds)
    assert len(ledger(store)) == FIRST


def test_opened_by_two_processes(database_url, tmp_path):
    """Two processes that make the database and open the round at once make one round with one seed."""
    command = [sys.executable, "-c", OPENER, database_url, str(tmp_path / "secrets")]
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    started = [subprocess.Popen(command, cwd=ROOT, text=True, **pipes) for _ in range(2)]
    for process in started:
        process.stdout.readline()
    for process in started:
        process.stdin.write("go\n")
        process.stdin.flush()

    told = [process.communicate(timeout=60) for process in started]

    assert [process.returncode for process in started] == [0, 0], told
    assert told[0][0] == told[1][0]
    store = Store(database_url)
    assert len(ledger(store)) == FIRST
    store.close()
