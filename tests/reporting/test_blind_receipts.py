"""A receipt and everything public, in two worlds that differ only in who sat where."""

import json
from dataclasses import replace
from itertools import combinations

import pytest

from arena.contest.rules import Verdict
from arena.ledger import merkle
from arena.ledger.findings import Findings
from arena.ledger.note import Note, Vkey
from arena.ledger.receipt import Receipt, check
from arena.reporting.verifying import check_folder
from tests.scribe import LOG, Plan, jcs
from tests.scribe_folder import contest, folder, scribed

PLAN = Plan(battles=60, voters=3, voids=0, ask_on=0, pace=30, withdrawals=0)


def round_told():
    """A round in which a voter says the same twice in an hour."""
    return scribed(contest(4, categories=("general",), votes_per_person=30), PLAN)


def alike(scribe, said):
    """Two battles with this verdict, of other teams on A and on B, whose rows are else the same."""
    bare = {
        battle: replace(ballot, side_a="", side_b="", cast_at=ballot.cast_at // 3600)
        for battle, (_, ballot) in scribe.cast.items()
        if ballot.verdict is said
    }
    seats = {battle: scribe.opened[battle]["seats"] for battle in bare}
    return next(
        (one, other)
        for one, other in combinations(bare, 2)
        if bare[one] == bare[other] and all(seats[one][side] != seats[other][side] for side in "ab")
    )


def exchange(scribe, one, other):
    """Let each of two battles have had the seats of the other.

    Some seed draws them so; it stays as secret as in the world that was.
    """
    first, second = scribe.opened[one], scribe.opened[other]
    first["seats"], second["seats"] = second["seats"], first["seats"]
    for battle in (one, other):
        sequence, ballot = scribe.cast[battle]
        seats = scribe.opened[battle]["seats"]
        scribe.cast[battle] = sequence, replace(ballot, side_a=seats["a"], side_b=seats["b"])


def receipt_of(scribe, files, battle):
    """What the voter keeps of her vote on a battle."""
    sequence, ballot = scribe.cast[battle]
    lines = scribe.told.lines()
    return Receipt(
        entry=lines[sequence].decode(),
        salt=bytes.fromhex(scribe.told.entries[sequence].payload["receipt_salt"]),
        verdict=ballot.verdict,
        index=sequence,
        hashes=tuple(merkle.inclusion_proof([merkle.leaf_hash(line) for line in lines], sequence)),
        note=Note.parse(files["checkpoint.txt"].decode()),
    )


def without_hashes(files, receipt):
    """All that is public and the receipt, but for the commitments to battles and what hashes over them."""
    lines = [json.loads(line) for line in files["ledger.jsonl"].splitlines()]
    ledger = [line | {"commit": ""} if line["type"] == "BattleOpened" else line for line in lines]
    notes = [json.loads(line)["note"].split("\n")[:2] for line in files["checkpoints.jsonl"].splitlines()]
    hashed = {"ledger.jsonl", "checkpoints.jsonl", "checkpoint.txt", "manifest.json"}
    others = {name: content for name, content in files.items() if name not in hashed}
    return ledger, notes, others, (receipt.entry, receipt.salt, receipt.verdict, receipt.index)


@pytest.mark.parametrize("said", [Verdict.A, Verdict.B, Verdict.TIE])
def test_a_receipt_is_equally_valid_for_either_team(tmp_path, said):
    """Whichever team sat on the side that she chose, receipt and public folder hold and say the same.

    The two worlds exchange the seats of two of her votes that are alike, as totals of teams are public.
    """
    here, there = round_told(), round_told()
    battle, other = alike(here, said)
    exchange(there, battle, other)
    shown = []
    for name, world in (("here", here), ("there", there)):
        files = folder(world, auditors=False)
        receipt = receipt_of(world, files, battle)
        checked = check(receipt, [Vkey.parse(LOG.vkey)], [])
        (tmp_path / name).mkdir()
        for file, content in files.items():
            (tmp_path / name / file).write_bytes(content)
        findings = Findings()
        check_folder(tmp_path / name, findings, [Vkey.parse(LOG.vkey)])
        shown.append((without_hashes(files, receipt), checked, findings.exit_code))

    assert shown[0] == shown[1]
    assert shown[0][2] == 0
    assert shown[0][1].verdict is said
    for side in "ab":
        assert here.opened[battle]["seats"][side] != there.opened[battle]["seats"][side]


def test_nothing_public_opens_a_battle():
    """What commits to the seats is salted, and neither salt nor battle is in anything public or a receipt."""
    told = round_told()
    files = folder(told, auditors=False)
    receipts = [receipt_of(told, files, battle) for battle in told.cast]
    kept = [f"{receipt.entry}{receipt.salt.hex()}".encode() for receipt in receipts]
    public = b"".join([*files.values(), *kept])

    hidden = [entry for entry in told.told.entries if entry.kind == "BattleOpened"]
    assert len(hidden) == PLAN.battles
    for entry in hidden:
        assert entry.salt.hex().encode() not in public
        assert entry.payload["battle"].encode() not in public
        assert jcs(entry.payload["seats"]) not in public
