"""Golden folders spoiled in every way: files altered, misplaced, hostile."""

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path

from arena.contest.rules import Verdict
from arena.ledger.merkle import inclusion_proof, leaf_hash, root
from arena.ledger.note import Note
from arena.ledger.receipt import Receipt
from tests.scribe import LOG, NEXT_LOG, WITNESS, Key, checkpoint_text, jcs, sha
from tests.servers import ROOT

ROUND = ROOT / "tests" / "golden" / "round"
STRANGER = Key("arena.example/log", b"a stranger")

Files = dict[str, bytes]


def read(kind: str) -> Files:
    """Read a golden folder."""
    return {file.name: file.read_bytes() for file in (ROUND / kind).iterdir()}


def listed(files: Files) -> Files:
    """Give the files with a manifest that fits them, whatever they hold."""
    others = {name: content for name, content in files.items() if name != "manifest.json"}
    return {**others, "manifest.json": jcs({"files": {name: sha(others[name]) for name in others}})}


def receipt_of(nth: int, size: int = 0) -> Receipt:
    """Give the receipt of a vote of the golden round; of an earlier `size` the first key signed it."""
    files = read("auditors")
    lines_ = files["ledger.jsonl"].splitlines()[: size or None]
    note = files["checkpoint.txt"].decode() if not size else _sealed(lines_, LOG)
    return _receipt(files, nth, lines_, note)


def forked_receipt(nth: int) -> Receipt:
    """Give a receipt from another record of the golden round: the same but for the line after the vote's."""
    files = read("auditors")
    lines_ = files["ledger.jsonl"].splitlines()
    lines_[receipt_of(nth).index + 1] = b"another history"
    return _receipt(files, nth, lines_, _sealed(lines_, LOG, NEXT_LOG))


def _sealed(lines_: Sequence[bytes], *keys: Key) -> str:
    text = checkpoint_text(len(lines_), root([leaf_hash(line) for line in lines_]))
    return f"{text}\n" + "".join(key.sign(text) for key in keys)


def _receipt(files: Files, nth: int, lines_: Sequence[bytes], note: str) -> Receipt:
    openings = [json.loads(line) for line in files["openings.jsonl"].splitlines()]
    vote = [one for one in openings if "receipt_salt" in one["payload"]][nth]
    payload = vote["payload"]
    return Receipt(
        entry=lines_[vote["seq"]].decode(),
        salt=bytes.fromhex(payload["receipt_salt"]),
        verdict=Verdict(payload["verdict"]),
        index=vote["seq"],
        hashes=tuple(inclusion_proof([leaf_hash(line) for line in lines_], vote["seq"])),
        note=Note.parse(note),
    )


def write(place: Path, files: Files) -> Path:
    """Write a folder."""
    place.mkdir()
    for name, content in files.items():
        (place / name).write_bytes(content)
    return place


def edited(name: str, pattern: str, new: str, times: int = 1) -> Callable[[Files], None]:
    """Give a change of one file by a regular expression."""

    def change(files: Files) -> None:
        text, found = re.subn(pattern, new, files[name].decode(), count=times)
        assert found
        files[name] = text.encode()

    return change


def lines(name: str, change: Callable[[list[bytes]], None]) -> Callable[[Files], None]:
    """Give a change of the lines of one file."""

    def changed(files: Files) -> None:
        found = files[name].splitlines(keepends=True)
        change(found)
        files[name] = b"".join(found)

    return changed


def swap(at: int) -> Callable[[list[bytes]], None]:
    """Give a change that swaps a line with the next."""

    def change(found: list[bytes]) -> None:
        found[at], found[at + 1] = found[at + 1], found[at]

    return change


def _notes(files: Files, notes: list[str]) -> None:
    files["checkpoints.jsonl"] = b"".join(jcs({"note": note}) + b"\n" for note in notes)
    files["checkpoint.txt"] = notes[-1].encode()


def noted(change: Callable[[list[str]], None]) -> Callable[[Files], None]:
    """Give a change of the checkpoints' notes."""

    def changed(files: Files) -> None:
        notes = [json.loads(line)["note"] for line in files["checkpoints.jsonl"].splitlines()]
        change(notes)
        _notes(files, notes)

    return changed


def resigned(key: Key) -> Callable[[list[str]], None]:
    """Give a change that has the last checkpoint signed by another key, its witness kept."""

    def change(notes: list[str]) -> None:
        body, signatures = notes[-1].split("\n\n")
        kept = [line for line in signatures.splitlines(keepends=True) if "witness" in line]
        notes[-1] = "".join([body, "\n\n", key.sign(f"{body}\n"), *kept])

    return change


def without_witness(notes: list[str]) -> None:
    """Take the witness's line from the last checkpoint."""
    notes[-1] = re.sub(r"— witness.*\n", "", notes[-1])


def wrong_witness(notes: list[str]) -> None:
    """Have the witness sign another text."""
    notes[-1] = re.sub(r"— witness.*\n", WITNESS.cosign("other\n1\n", 5), notes[-1])


def forked(notes: list[str]) -> None:
    """Sign another tree of the same size as the second checkpoint."""
    size = int(notes[1].split("\n")[1])
    text = checkpoint_text(size, b"\x07" * 32)
    notes[1] = f"{text}\n{LOG.sign(text)}"


def without(name: str) -> Callable[[Files], None]:
    """Give a change that takes a file away."""
    return lambda files: files.pop(name) and None


def added(name: str, content: bytes) -> Callable[[Files], None]:
    """Give a change that puts a file there."""
    return lambda files: files.update({name: content})


def binary(name: str) -> Callable[[Files], None]:
    """Give a change that overwrites a file with bytes that are no text."""
    return added(name, bytes(range(256)) * 40)


def first_alone(files: Files) -> None:
    """Call the first checkpoint the last."""
    first = json.loads(files["checkpoints.jsonl"].splitlines()[0])
    files["checkpoint.txt"] = first["note"].encode()


def another_digit(found: list[bytes]) -> None:
    """Change a digit of a fingerprint on the ledger."""
    found[50] = re.sub(
        rb'"commit":"(.)', lambda one: b'"commit":"' + (b"1" if one[1] != b"1" else b"2"), found[50]
    )


def earlier(found: list[bytes]) -> None:
    """Date an entry back by an hour."""
    found[60] = re.sub(rb'"time":(\d+)', lambda one: b'"time":%d' % (int(one[1]) - 3600), found[60])


ALTERED = {
    "ledger without a line": ("entries", lines("ledger.jsonl", lambda found: found.pop(20))),
    "ledger with a line twice": ("entries", lines("ledger.jsonl", lambda found: found.insert(20, found[20]))),
    "ledger with two lines swapped": ("entries", lines("ledger.jsonl", swap(20))),
    "ledger with a line backdated": ("entries", lines("ledger.jsonl", earlier)),
    "ledger with a space": ("entries", edited("ledger.jsonl", '","seq":7', '", "seq":7')),
    "ledger of an unknown kind": ("entries", edited("ledger.jsonl", "BattleOpened", "BattleShut")),
    "ledger without its last end of line": ("entries", edited("ledger.jsonl", r"\n\Z", "")),
    "ledger that is empty": ("entries", added("ledger.jsonl", b"")),
    "ledger that is binary": ("entries", binary("ledger.jsonl")),
    "ledger with a digit changed": ("tree", lines("ledger.jsonl", another_digit)),
    "ledger cut off": ("tree", lines("ledger.jsonl", lambda found: found.pop())),
    "fork": ("tree", noted(forked)),
    "last checkpoint missing": ("tree", noted(lambda notes: notes.pop() and None)),
    "checkpoints swapped": ("tree", lines("checkpoints.jsonl", swap(1))),
    "checkpoints that are binary": ("tree", binary("checkpoints.jsonl")),
    "checkpoint.txt an earlier one": ("tree", first_alone),
    "signed by the old key": ("signatures", noted(resigned(LOG))),
    "signed by a stranger": ("signatures", noted(resigned(STRANGER))),
    "a stranger's key": ("signatures", added("keys.txt", f"{STRANGER.vkey}\n{NEXT_LOG.vkey}\n".encode())),
    "keys missing": ("signatures", added("keys.txt", f"{LOG.vkey}\n".encode())),
    "keys that are none": ("signatures", edited("keys.txt", r"\+0116e4f0", "+0116e4f1")),
    "no witness": ("witnesses", noted(without_witness)),
    "a witness of another text": ("witnesses", noted(wrong_witness)),
    "salt changed": (
        "openings",
        edited("openings.jsonl", '"salt":"(?!0000).{4}(.{28}","seq":70})', r'"salt":"0000\1'),
    ),
    "sides swapped": (
        "openings",
        edited("openings.jsonl", '"seats":{"a":"(.*?)","b":"(.*?)"}', r'"seats":{"a":"\2","b":"\1"}'),
    ),
    "opening missing": ("openings", lines("openings.jsonl", lambda found: found.pop(70))),
    "openings swapped": ("openings", lines("openings.jsonl", swap(70))),
    "openings that are binary": ("openings", binary("openings.jsonl")),
    "cap raised": ("rules", edited("rules.json", '"votes_per_person":12', '"votes_per_person":99')),
    "witnesses in the rules": ("rules", edited("rules.json", '"quorum":1', '"quorum":3')),
    "round renamed": ("rules", edited("rules.json", '"round":"golden-1"', '"round":"golden-2"')),
    "weights of a team": ("rules", edited("rules.json", '"weights":""', '"weights":"others"')),
    "rules that are binary": ("rules", binary("rules.json")),
    "a vote turned": ("scores", edited("votes.csv", ",model_a,", ",model_b,")),
    "a vote missing": ("scores", lines("votes.csv", lambda found: found.pop(4))),
    "a vote twice": ("scores", lines("votes.csv", lambda found: found.insert(4, found[4]))),
    "votes in another order": ("scores", lines("votes.csv", swap(4))),
    "votes that are binary": ("scores", binary("votes.csv")),
    "a vote left out for another reason": (
        "scores",
        edited("votes_excluded.csv", "one_sided_from", "votes_per_minute"),
    ),
    "points in standings.json": ("scores", edited("standings.json", '"points": 14.9', '"points": 14.8')),
    "an interval in standings.json": (
        "scores",
        edited("standings.json", '"points_upper": 25', '"points_upper": 24'),
    ),
    "points in scores.csv": ("scores", edited("scores.csv", ",14.925", ",14.825")),
    "ranks in scores.csv": ("scores", edited("scores.csv", "\n2,", "\n1,")),
    "a workbook that is none": ("scores", binary("scores.xlsx")),
    "points in the result": ("result", edited("result.json", '"points":"14.9', '"points":"14.8')),
    "a result that is binary": ("result", binary("result.json")),
    "a result too many": ("result", lambda files: files.update({"result-7.json": files["result.json"]})),
}


IN_PUBLIC: dict[str, tuple[str, Callable[[Files], None]]] = {
    "votes as auditors see them": ("scores", lambda files: files.update(_full("votes.csv"))),
    "votes left out": ("folder", lambda files: files.update(_full("votes_excluded.csv"))),
    "a vote turned": ("scores", edited("votes.csv", ",model_a,", ",model_b,")),
    "a vote missing": ("scores", lines("votes.csv", lambda found: found.pop(4))),
    "a vote twice": ("scores", lines("votes.csv", lambda found: found.insert(4, found[4]))),
    "votes in another order": ("scores", lines("votes.csv", swap(6))),
    "a vote in quotes": ("scores", edited("votes.csv", "True", '"True"')),
    "a vote that was not blind": ("scores", edited("votes.csv", "True", "False")),
    "a vote of another track": ("scores", edited("votes.csv", "citizen_panel", "expert_panel")),
    "a vote on a stranger": ("scores", edited("votes.csv", "\nbeodeulchi", "\nafriend")),
    "a verdict unknown": ("scores", edited("votes.csv", "model_a,True", "model_c,True")),
    "a vote with a voter": ("scores", edited("votes.csv", "True,open", "True,open,X")),
    "more voters in standings.json": ("scores", edited("standings.json", '"voters": 6', '"voters": 5')),
    "effective voters in standings.json": (
        "scores",
        edited("standings.json", '"effective_voters": 5', '"effective_voters": 9'),
    ),
    "an interval in scores.csv": ("scores", edited("scores.csv", ",25.0,", ",24.9,")),
}
"""What is altered in a public folder, whose votes nobody can call hers."""


def _full(name: str) -> Files:
    return {name: read("auditors")[name]}


MISPLACED = {
    "a file missing": without("openings.jsonl"),
    "votes left out missing": without("votes_excluded.csv"),
    "the manifest missing": without("manifest.json"),
    "the result missing": without("result.json"),
    "a file too many": added("note.txt", b"hello"),
    "a folder within": added("sub/votes.csv", b""),
    "a path that climbs out": added("../votes.csv", b""),
    "another content": added("keys.txt", b"other\n"),
    "a manifest that is binary": binary("manifest.json"),
    "a manifest without files": added("manifest.json", b"{}"),
}


HOSTILE = {
    "deep": b'{"a":' * 50_000 + b"1" + b"}" * 50_000 + b"\n",
    "half a character": b'{"note":"\\ud800"}\n',
    "a byte order mark": b"\xef\xbb\xbf{}\n",
    "two keys alike": b'{"seq":0,"seq":0}\n',
    "a huge number": b'{"seq":1e999}\n',
    "no end": b"{" * 200_000,
    "many empty lines": b"\n" * 300_000,
    "zeros": bytes(200_000),
    "markup": b"<script>window.hurt = 1</script><img src=x onerror=window.hurt=1>\n",
    "other": '{"가":[]}\n'.encode("utf-16"),
}
TEXTS = [
    "checkpoint.txt",
    "checkpoints.jsonl",
    "keys.txt",
    "ledger.jsonl",
    "manifest.json",
    "openings.jsonl",
    "result.json",
    "rules.json",
    "scores.csv",
    "standings.json",
    "votes.csv",
    "votes_excluded.csv",
]
