"""All receipts of a voter and everything public, in worlds that differ only in who sat where.

A world is as good as another where every block of battles still holds each ordered pair once: some order of
the blocks is drawn so, and what drew it is as secret there as here.
"""

import csv
import json
from collections import Counter, defaultdict
from itertools import combinations

import pytest

from arena.contest.pairing import seats
from arena.contest.rules import Exclusions, Track, Verdict
from arena.ledger import merkle
from arena.ledger.findings import Findings
from arena.ledger.note import Note, Vkey
from arena.ledger.receipt import Receipt, check
from arena.reporting.verifying import check_folder
from tests.scribe import LOG, Plan, Scribe, jcs
from tests.scribe_folder import contest, folder

VOTERS, TEAMS = 6, 4
BLOCK = TEAMS * (TEAMS - 1)
MORE_TEAMS = 6
LARGER_BLOCK = MORE_TEAMS * (MORE_TEAMS - 1)
TURNS = Plan(battles=5 * BLOCK, voters=VOTERS, voids=0, ask_on=0, pace=30, withdrawals=0)
CHANCE = Plan(battles=20 * BLOCK, voters=9, seed=4, pace=30, withdrawals=3, hasty=True)
TRACKS = (Track.OPEN, Track.CITIZEN_PANEL)
SAID = ("a", "b", "tie", "b", "a", "both_bad", "a", "b", "b", "a")


class World(Scribe):
    """What happened, or might have: seats of the battles in `moved` are those of others of their track."""

    def __init__(self, asked, plan, moved=None, said=None):
        super().__init__(asked, plan)
        self.moved, self.said = moved or {}, said
        self.tell()

    def _open(self, time, battle, voter, track):
        super()._open(time, battle, voter, track)
        opened = self.opened[battle]
        number = self.moved.get((opened["track"], opened["number"]), opened["number"])
        sat = seats(self.seed_of_pairs, track, number, self.contest.roster.ids, self.contest.rules.controls)
        opened["seats"] = {side.value: one for side, one in sat.items()}

    def _vote(self, time, battle, turns):
        self.now = self.opened[battle]
        super()._vote(time, battle, turns)

    def _verdict(self, voter, sides):
        said = super()._verdict(voter, sides)  # as much is left to chance in every world
        return said if self.said is None else self.said[self.now["battle"]]


class Turns(World):
    """Citizens who vote in turn, each saying the same in her first battle, her second and so on."""

    def _next_voter(self, begun, number):
        return self.voters[number % VOTERS]

    def _verdict(self, voter, sides):
        super()._verdict(voter, sides)
        return SAID[(self.now["number"] - 1) // VOTERS % len(SAID)]


def votes_of(world, voter):
    """The battles that a voter has voted on, in order."""
    return sorted(
        (battle for battle, (_, ballot) in world.cast.items() if ballot.voter == voter),
        key=lambda battle: world.cast[battle][0],
    )


def exchanged(voter, other):
    """The world in which two who vote in turn have sat in each other's battles, all of them."""
    moved = {}
    for number in range(1, TURNS.battles + 1):
        place = (number - 1) % VOTERS
        if place in (voter, other):
            moved["open", number] = number - place + (other if place == voter else voter)
    return Turns(contest(TEAMS, votes_per_person=TURNS.battles, controls=0), TURNS, moved)


def receipts_of(world, files, battles):
    """What a voter keeps of her votes."""
    lines = world.told.lines()
    leaves = [merkle.leaf_hash(line) for line in lines]
    note = Note.parse(files["checkpoint.txt"].decode())
    made = []
    for battle in battles:
        sequence, ballot = world.cast[battle]
        salt = bytes.fromhex(world.told.entries[sequence].payload["receipt_salt"])
        proof = tuple(merkle.inclusion_proof(leaves, sequence))
        made.append(Receipt(lines[sequence].decode(), salt, ballot.verdict, sequence, proof, note))
    return made


def shown(receipts):
    """What receipts show, but for the proofs, which are made of hashes of other entries."""
    return [(one.entry, one.salt, one.verdict, one.index) for one in receipts]


HASHED = {
    "ledger.jsonl",
    "checkpoints.jsonl",
    "checkpoint.txt",
    "manifest.json",
    "openings.jsonl",
    "result.json",
}
OF_SEATS = {"BattleOpened", "ResultCommitted", "ResultOpened"}


def without_commitments(files):
    """All that is public, but for salted commitments to seats and results, and what hashes over them."""
    ledger = [json.loads(line) for line in files["ledger.jsonl"].splitlines()]
    hidden = [line | {"commit": ""} if line["type"] in OF_SEATS else line for line in ledger]
    openings = [json.loads(line) for line in files["openings.jsonl"].splitlines()]
    for opening in openings:
        opening["payload"] |= {"commitment": ""} if "commitment" in opening["payload"] else {}
    sizes = [json.loads(line)["note"].split("\n")[:2] for line in files["checkpoints.jsonl"].splitlines()]
    result = json.loads(files["result.json"]) | {"votes": ""}
    others = {name: content for name, content in files.items() if name not in HASHED}
    return hidden, openings, sizes, result, others


def holds(place, files):
    """Whether the verifier finds nothing wrong."""
    place.mkdir(exist_ok=True)
    for name, content in files.items():
        (place / name).write_bytes(content)
    findings = Findings()
    check_folder(place, findings, [Vkey.parse(LOG.vkey)])
    return findings.exit_code == 0


def chosen(world, battle):
    """The team that a vote was for."""
    ballot = world.cast[battle][1]
    return {Verdict.A: ballot.side_a, Verdict.B: ballot.side_b}.get(ballot.verdict)


@pytest.fixture(scope="module")
def here():
    """The world that was, where citizens vote in turn."""
    return Turns(contest(TEAMS, votes_per_person=TURNS.battles, controls=0), TURNS)


@pytest.mark.parametrize("voter", range(VOTERS))
def test_all_receipts_of_a_voter_hold_for_other_teams(tmp_path, here, voter):
    """All her receipts hold, and all that is public is the same, where she sat in all battles of another."""
    mine = folder(here, auditors=False)
    hers = votes_of(here, here.voters[voter])
    kept = shown(receipts_of(here, mine, hers))
    teams = defaultdict(set)
    for other in set(range(VOTERS)) - {voter}:
        there = exchanged(voter, other)
        files = folder(there, auditors=False)
        receipts = receipts_of(there, files, hers)
        said = [check(receipt, [Vkey.parse(LOG.vkey)], []).verdict for receipt in receipts]

        assert without_commitments(files) == without_commitments(mine)
        assert shown(receipts) == kept
        assert said == [here.cast[battle][1].verdict for battle in hers]
        assert holds(tmp_path / "there", files)
        for battle in hers:
            assert there.opened[battle]["seats"] != here.opened[battle]["seats"]
            teams[battle].add(chosen(there, battle))

    assert holds(tmp_path / "here", mine)
    assert len(hers) == TURNS.battles // VOTERS
    assert all(len(teams[battle]) > 1 for battle in hers if chosen(here, battle))


def partners(world, voter):
    """Other votes of the same block, verdict and track for as many of a voter's votes as have one."""
    out = world.ruled_out()
    counting = {
        battle: (opened["track"], (opened["number"] - 1) // LARGER_BLOCK, world.cast[battle][1].verdict)
        for battle, opened in world.opened.items()
        if battle in world.cast
        and world.cast[battle][0] in world.standing()
        and world.cast[battle][0] not in out
    }
    free = defaultdict(list)
    for battle, alike in counting.items():
        if world.opened[battle]["voter"] != voter:
            free[alike].append(battle)
    hers = [battle for battle in counting if world.opened[battle]["voter"] == voter]
    return {battle: free[counting[battle]].pop() for battle in hers if free[counting[battle]]}


OF_VOTERS = {"se", "lower", "upper", "points_lower", "points_upper"}


def of_counts(files):
    """Rows of votes, and of the result what is no figure over voters."""
    scored = json.loads(files["result.json"])["results"]
    rows = [
        [{name: row[name] for name in row.keys() - OF_VOTERS} for row in scored[which]["rows"]]
        for which in ("as_cast", "after_exclusions")
    ]
    return files["votes.csv"], rows


def test_receipts_in_a_round_of_chance(tmp_path):
    """Whatever people said, seats of alike votes of a block exchange: only figures over voters can differ."""
    asked = contest(MORE_TEAMS, tracks=TRACKS, scoring=TRACKS, votes_per_person=60)
    world = World(asked, CHANCE)
    mine = folder(world, auditors=False)
    said = {battle: ballot.verdict.value for battle, (_, ballot) in world.cast.items()}
    moving = 0
    for voter in world.voters:
        moved, found = {}, partners(world, voter)
        for pair in found.items():
            one, other = (world.opened[battle] for battle in pair)
            moved[one["track"], one["number"]] = other["number"]
            moved[other["track"], other["number"]] = one["number"]
        there = World(asked, CHANCE, moved, said)
        files = folder(there, auditors=False)
        hers = votes_of(world, voter)

        assert of_counts(files) == of_counts(mine)
        assert without_commitments(files)[:3] == without_commitments(mine)[:3]
        assert shown(receipts_of(there, files, hers)) == shown(receipts_of(world, mine, hers))
        assert holds(tmp_path / "there", files)
        assert all(there.opened[battle]["seats"] != world.opened[battle]["seats"] for battle in found)
        moving += len(found)

    assert world.excluded
    assert moving > len(world.counting()) * 0.75


# What a buyer of votes would try

VOTED = ("model_a", "model_b", "winner")


def rows_of(files, name="votes.csv"):
    """The rows of a file of votes."""
    return list(csv.DictReader(files[name].decode().splitlines()))


def suspects(rows, said):
    """Groups of rows, by whatever columns a row has beside the vote itself, whose verdicts are those said."""
    columns = [name for name in rows[0] if name not in VOTED]
    found = set()
    for size in range(len(columns) + 1):
        for chosen_columns in combinations(columns, size):
            groups = defaultdict(Counter)
            for row in rows:
                groups[tuple((name, row[name]) for name in chosen_columns)][row["winner"]] += 1
            found |= {key for key, verdicts in groups.items() if verdicts == said}
    return found


def test_receipts_find_no_rows():
    """Rows told apart by any public column are never those of one voter; auditors' rows would be.

    This is what gave voters away: matching the verdicts of all receipts of one with the rows of each.
    """
    asked = contest(TEAMS, votes_per_person=90, exclusions=Exclusions(0, 0))
    world = World(asked, CHANCE)
    full, public = (rows_of(folder(world, auditors=auditors)) for auditors in (True, False))
    words = {"a": "model_a", "b": "model_b", "tie": "tie", "both_bad": "tie (bothbad)"}
    for voter in world.voters:
        standing = [ballot for ballot in world.counting() if ballot.voter == voter]
        said = Counter(words[ballot.verdict.value] for ballot in standing)

        assert (("judge", voter),) in suspects(full, said)
        assert suspects(public, said) == set()

    assert list(public[0]) == [*VOTED, "anony", "track"]


def test_no_verdict_has_one_team():
    """Every verdict that a receipt shows is that of rows on several teams, on the side that she chose."""
    public = rows_of(folder(World(contest(TEAMS), CHANCE), auditors=False))
    teams = defaultdict(set)
    for row in public:
        side = "model_b" if row["winner"] == "model_b" else "model_a"
        teams[row["winner"]].add(row[side])

    assert min(len(met) for met in teams.values()) > 1


def test_nothing_public_opens_a_battle(here):
    """What commits to the seats is salted, and neither salt nor battle is in anything public or a receipt."""
    files = folder(here, auditors=False)
    kept = [
        f"{receipt.entry}{receipt.salt.hex()}".encode() for receipt in receipts_of(here, files, here.cast)
    ]
    public = b"".join([*files.values(), *kept])

    hidden = [entry for entry in here.told.entries if entry.kind == "BattleOpened"]
    assert len(hidden) == TURNS.battles
    for entry in hidden:
        assert entry.salt.hex().encode() not in public
        assert entry.payload["battle"].encode() not in public
        assert entry.payload["voter"].encode() not in public
        assert jcs(entry.payload["seats"]) not in public
