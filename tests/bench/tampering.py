"""Tampering: every kind of change to an exported round is found, with the right exit code.

    python -m tests.bench.tampering [--places 1000] [--battles 2000] [--folders 200] [--seed 1]
                                    [--kinds KIND …] [--workers 2] [--browser 50]

A forger here is clever: she does the manifest again, and where she changes the record, the openings,
the roots, the checkpoints and the published files too. What she has not is the key of the log, or only an
old one. A table is printed: kind, places tried, found, exit codes; then honest folders of other rules.
"""

import argparse
import json
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from time import perf_counter

from playwright.sync_api import sync_playwright

from arena.contest.rules import BothBad, Exclusions, Openings, Ties, Track, Verdict, Witnesses
from arena.ledger.findings import Findings
from arena.ledger.note import Vkey
from arena.reporting.verifying import check_folder
from tests.browser.second_verifier import SecondVerifier
from tests.scribe import LOG, NEXT_LOG, WITNESS, Key, Plan, Scribe, Told, Written, checkpoint_text, jcs, roots
from tests.scribe_folder import contest, folder, scribed, with_manifest

Files = dict[str, bytes]
THIEF = Key(LOG.name, b"a thief's key")


@dataclass(slots=True)
class Case:
    """An honest folder, taken apart for forging."""

    scribe: Scribe
    files: Files
    lines: list[bytes]
    openings: dict[int, bytes]
    notes: list[str]

    @property
    def told(self) -> Told:
        """The entries and what they open to."""
        return self.scribe.told

    def of_kind(self, *kinds: str) -> list[int]:
        """Where entries of these kinds are."""
        return [seq for seq, entry in enumerate(self.told.entries) if entry.kind in kinds]


def case(scribe: Scribe, *, auditors: bool = True) -> Case:
    """Take the folder of a round apart."""
    files = folder(scribe, auditors=auditors)
    openings = {json.loads(line)["seq"]: line for line in files["openings.jsonl"].splitlines()}
    notes = [json.loads(line)["note"] for line in files["checkpoints.jsonl"].splitlines()]
    return Case(scribe, files, files["ledger.jsonl"].splitlines(), openings, notes)


def put(
    one: Case,
    lines: list[bytes] | None = None,
    openings: dict[int, bytes] | None = None,
    notes: list[str] | None = None,
    **named: bytes,
) -> Files:
    """The folder with parts of it exchanged, and a manifest that fits."""
    files = {**one.files, **named}
    if lines is not None:
        files["ledger.jsonl"] = b"".join(line + b"\n" for line in lines)
    if openings is not None:
        files["openings.jsonl"] = b"".join(openings[seq] + b"\n" for seq in sorted(openings))
    if notes is not None:
        files["checkpoints.jsonl"] = b"".join(jcs({"note": note}) + b"\n" for note in notes)
        files["checkpoint.txt"] = notes[-1].encode()
    return with_manifest(files)


def resigned(one: Case, lines: list[bytes], key: Key | None) -> list[str]:
    """Checkpoints of other lines at the same sizes; what has not changed keeps its note.

    Without a key the old signatures stay under the new text; witnesses never sign again.
    """
    sizes = sorted({min(int(note.split("\n")[1]), len(lines)) for note in one.notes})
    known = {note.partition("\n\n")[0] + "\n": note for note in one.notes}
    made = []
    for size, root in sorted(roots(lines, sizes).items()):
        text = checkpoint_text(size, root)
        old = one.notes[min(len(made), len(one.notes) - 1)]
        signatures = old.partition("\n\n")[2] if key is None else key.sign(text)
        made.append(known.get(text) or f"{text}\n{signatures}")
    return made


def renumbered(one: Case, entries: Iterable[Written]) -> tuple[list[bytes], dict[int, bytes]]:
    """Lines and openings of entries, numbered anew; what stands where it stood is not written again."""
    kept, before = list(entries), one.told.entries
    same = [seq < len(before) and entry is before[seq] for seq, entry in enumerate(kept)]
    lines = [one.lines[seq] if same[seq] else entry.line(seq) for seq, entry in enumerate(kept)]
    openings = {seq: one.openings[seq] if same[seq] else entry.opening(seq) for seq, entry in enumerate(kept)}
    return lines, openings


def changed(one: Case, seq: int, **payload) -> tuple[list[bytes], dict[int, bytes]]:
    """Lines and openings where one entry says something else."""
    entry = one.told.entries[seq]
    other = replace(entry, payload={**entry.payload, **payload})
    lines, openings = list(one.lines), dict(one.openings)
    lines[seq], openings[seq] = other.line(seq), other.opening(seq)
    return lines, openings


# The kinds. Each takes an honest case and a source of chance.


def flip_entry(one: Case, random: Random) -> Files:
    """One bit of the ledger is other."""
    content = bytearray(one.files["ledger.jsonl"])
    content[random.randrange(len(content))] ^= 1 << random.randrange(8)
    return put(one, **{"ledger.jsonl": bytes(content)})


def flip_opening(one: Case, random: Random) -> Files:
    """One bit of the openings is other."""
    content = bytearray(one.files["openings.jsonl"])
    content[random.randrange(len(content))] ^= 1 << random.randrange(8)
    return put(one, **{"openings.jsonl": bytes(content)})


def drop_entry(one: Case, random: Random) -> Files:
    """An entry is left out and the rest numbered anew; nobody can sign."""
    entries = list(one.told.entries)
    del entries[random.randrange(len(entries))]
    lines, openings = renumbered(one, entries)
    return put(one, lines, openings)


def drop_resigned(one: Case, random: Random) -> Files:
    """A vote and its battle's other entries vanish; roots are new, signatures old."""
    seq = random.choice(one.of_kind("VoteCast"))
    battle = one.told.entries[seq].payload["battle"]
    lines, openings = renumbered(
        one, (entry for entry in one.told.entries if entry.payload.get("battle") != battle)
    )
    return put(one, lines, openings, resigned(one, lines, None))


def duplicate_entry(one: Case, random: Random) -> Files:
    """An entry stands twice, the rest numbered anew."""
    entries = list(one.told.entries)
    at = random.randrange(len(entries))
    entries.insert(at, entries[at])
    lines, openings = renumbered(one, entries)
    return put(one, lines, openings)


def swap_entries(one: Case, random: Random) -> Files:
    """Two entries change places, numbers stay in order."""
    entries = list(one.told.entries)
    at, other = random.sample(range(len(entries)), 2)
    entries[at], entries[other] = entries[other], entries[at]
    lines, openings = renumbered(one, entries)
    return put(one, lines, openings)


def truncate(one: Case, random: Random) -> Files:
    """The end of the ledger is gone, with its openings."""
    size = random.randrange(1, len(one.lines))
    openings = {seq: line for seq, line in one.openings.items() if seq < size}
    return put(one, one.lines[:size], openings)


def truncate_to_checkpoint(one: Case, random: Random) -> Files:
    """The ledger ends at an earlier checkpoint, which is rightly signed, but the scores stay."""
    kept = random.randrange(1, len(one.notes))
    size = int(one.notes[kept - 1].split("\n")[1])
    openings = {seq: line for seq, line in one.openings.items() if seq < size}
    return put(one, one.lines[:size], openings, one.notes[:kept])


def fork(one: Case, random: Random) -> Files:
    """Another verdict from some place on, a whole new tree, the old signatures."""
    lines, openings = _other_verdict(one, random)
    return put(one, lines, openings, resigned(one, lines, None))


def resign_old_key(one: Case, random: Random) -> Files:
    """Another verdict, and checkpoints signed anew by the key that was rotated out."""
    lines, openings = _other_verdict(one, random)
    return put(one, lines, openings, resigned(one, lines, LOG))


def resign_own_key(one: Case, random: Random) -> Files:
    """Another verdict, checkpoints signed by a thief's key, which she puts in the place of the log's."""
    entries = list(one.told.entries)
    seq = random.choice(one.of_kind("VoteCast"))
    entries[seq] = replace(entries[seq], payload={**entries[seq].payload, "verdict": _another(entries[seq])})
    for place, entry in enumerate(entries):
        if entry.kind == "RoundOpened":
            entries[place] = replace(entry, payload={**entry.payload, "log": THIEF.vkey})
        if entry.kind == "KeyRotated":
            entries[place] = replace(entry, payload={**entry.payload, "old": THIEF.vkey, "new": THIEF.vkey})
    lines, openings = renumbered(one, entries)
    keys = f"{THIEF.vkey}\n{THIEF.vkey}\n".encode()
    return put(one, lines, openings, resigned(one, lines, THIEF), **{"keys.txt": keys})


def resign_true_key(one: Case, random: Random) -> Files:
    """The operator herself writes another verdict and signs it with the true keys; witnesses do not."""
    return _sealed(one, *_other_verdict(one, random), witnessed=False)


def change_salt(one: Case, random: Random) -> Files:
    """An opening has another salt."""
    seq = random.choice(sorted(one.openings))
    other = replace(one.told.entries[seq], salt=random.randbytes(16))
    return put(one, openings={**one.openings, seq: other.opening(seq)})


def change_opening(one: Case, random: Random) -> Files:
    """An opening says another verdict than was committed."""
    seq = random.choice(one.of_kind("VoteCast"))
    entry = one.told.entries[seq]
    other = replace(entry, payload={**entry.payload, "verdict": _another(entry)})
    return put(one, openings={**one.openings, seq: other.opening(seq)})


def drop_opening(one: Case, random: Random) -> Files:
    """One opening is left out."""
    openings = dict(one.openings)
    del openings[random.choice(sorted(openings))]
    return put(one, openings=openings)


def alter_rules(one: Case, random: Random) -> Files:
    """A rule is other than it was when it was frozen."""
    document = json.loads(one.files["rules.json"])
    rules = document["rules"]
    whole = [name for name, value in rules.items() if isinstance(value, int)]
    rules[random.choice(whole)] += random.randrange(1, 100)
    return put(one, **{"rules.json": jcs(document)})


def alter_roster(one: Case, random: Random) -> Files:
    """A contestant is called otherwise."""
    document = json.loads(one.files["rules.json"])
    random.choice(document["roster"])["team"] += random.choice("가나다라")
    return put(one, **{"rules.json": jcs(document)})


def swap_sides(one: Case, random: Random) -> Files:
    """The seats of a battle are exchanged in its opening, and the record sealed anew with the true keys."""
    opened = {seq: one.told.entries[seq].payload["seats"] for seq in one.of_kind("BattleOpened")}
    # Of a control, in which a contestant meets itself, nothing would be changed.
    seq = random.choice([seq for seq, seats in opened.items() if seats["a"] != seats["b"]])
    seats = opened[seq]
    lines, openings = changed(one, seq, seats={"a": seats["b"], "b": seats["a"]})
    return _sealed(one, lines, openings)


def other_seats(one: Case, random: Random) -> Files:
    """A battle gets another pair."""
    seq = random.choice(one.of_kind("BattleOpened"))
    seats = one.told.entries[seq].payload["seats"]
    ids = [one for one in one.scribe.contest.roster.ids if one not in seats.values()]
    lines, openings = changed(one, seq, seats={"a": seats["a"], "b": random.choice(ids)})
    return _sealed(one, lines, openings)


def skip_number(one: Case, random: Random) -> Files:
    """A battle has another number, as if an unwanted pair had been drawn and thrown away."""
    seq = random.choice(one.of_kind("BattleOpened"))
    number = one.told.entries[seq].payload["number"]
    lines, openings = changed(one, seq, number=number + random.randrange(1, 50))
    return _sealed(one, lines, openings)


def backdate(one: Case, random: Random) -> Files:
    """An entry is said to be older than it is."""
    entries = list(one.told.entries)
    at = random.randrange(6, len(entries))
    entries[at] = replace(entries[at], time=entries[at].time - 60 * random.randrange(1, 10_000))
    lines, openings = renumbered(one, entries)
    return put(one, lines, openings, resigned(one, lines, None))


def vote_again(one: Case, random: Random) -> Files:
    """A vote is cast a second time and all is sealed anew with the true keys and the witness."""
    entries = list(one.told.entries)
    at = random.choice(one.of_kind("VoteCast"))
    entries.insert(at + 1, replace(entries[at], salt=random.randbytes(16)))
    return _sealed(one, *renumbered(one, _shifted(entries, at)))


def alter_nth(one: Case, random: Random) -> Files:
    """A vote claims another place among its voter's."""
    seq = random.choice(one.of_kind("VoteCast"))
    lines, openings = changed(one, seq, nth=one.told.entries[seq].payload["nth"] + 1)
    return _sealed(one, lines, openings)


def exclude_more(one: Case, random: Random) -> Files:
    """A vote that counts is excluded under a rule that does not name it."""
    seq = random.choice(one.of_kind("Excluded"))
    refs = one.told.entries[seq].payload["refs"]
    free = sorted(set(one.scribe.standing()) - set(one.scribe.excluded))
    lines, openings = changed(one, seq, refs=sorted([*refs, random.choice(free)]))
    return _sealed(one, lines, openings)


def exclude_less(one: Case, random: Random) -> Files:
    """A vote that a rule names is not excluded."""
    seq = random.choice(
        [at for at in one.of_kind("Excluded") if len(one.told.entries[at].payload["refs"]) > 1]
    )
    refs = list(one.told.entries[seq].payload["refs"])
    refs.remove(random.choice(refs))
    lines, openings = changed(one, seq, refs=refs)
    return _sealed(one, lines, openings)


def alter_votes(one: Case, random: Random) -> Files:
    """A row of votes.csv is left out."""
    rows = one.files["votes.csv"].splitlines(keepends=True)
    del rows[random.randrange(1, len(rows))]
    return put(one, **{"votes.csv": b"".join(rows)})


def turn_vote(one: Case, random: Random) -> Files:
    """A row of votes.csv has another winner, its place among the others too."""
    head, *rows = one.files["votes.csv"].splitlines(keepends=True)
    at = random.choice([at for at, row in enumerate(rows) if b",model_a," in row])
    rows[at] = rows[at].replace(b",model_a,", b",model_b,")
    return put(one, **{"votes.csv": head + b"".join(sorted(rows))})


def repeat_vote(one: Case, random: Random) -> Files:
    """A row of votes.csv stands twice."""
    rows = one.files["votes.csv"].splitlines(keepends=True)
    at = random.randrange(1, len(rows))
    rows.insert(at, rows[at])
    return put(one, **{"votes.csv": b"".join(rows)})


def show_voters(one: Case, _: Random) -> Files:
    """The votes are those that auditors see, with voters and hours."""
    return put(one, **{"votes.csv": one.scribe.votes_csv()})


def show_excluded(one: Case, _: Random) -> Files:
    """The excluded votes are shown, as auditors see them."""
    return put(one, **{"votes_excluded.csv": one.scribe.excluded_csv()})


def alter_score(one: Case, random: Random) -> Files:
    """A digit of a score is other."""
    name = random.choice(["scores.csv", "standings.json"])
    return put(one, **{name: _other_digit(one.files[name], random)})


def alter_result(one: Case, random: Random) -> Files:
    """A digit of the committed result is other."""
    return put(one, **{"result.json": _other_digit(one.files["result.json"], random)})


def alter_file(one: Case, random: Random) -> Files:
    """A bit of any file is other, and the manifest stays."""
    name = random.choice([name for name in sorted(one.files) if name != "manifest.json"])
    content = bytearray(one.files[name])
    content[random.randrange(len(content))] ^= 1 << random.randrange(8)
    return {**one.files, name: bytes(content)}


def drop_witness(one: Case, _: Random) -> Files:
    """The witness's line is gone."""
    last = "".join(line for line in one.notes[-1].splitlines(keepends=True) if WITNESS.name not in line)
    return put(one, notes=[*one.notes[:-1], last])


def _other_verdict(one: Case, random: Random) -> tuple[list[bytes], dict[int, bytes]]:
    seq = random.choice(one.of_kind("VoteCast"))
    return changed(one, seq, verdict=_another(one.told.entries[seq]))


def _another(vote: Written) -> str:
    return "b" if vote.payload["verdict"] == "a" else "a"


def _other_digit(content: bytes, random: Random) -> bytes:
    digits = [at for at, byte in enumerate(content) if chr(byte).isdigit()]
    at = random.choice(digits)
    other = random.choice([digit for digit in b"0123456789" if digit != content[at]])
    return content[:at] + bytes([other]) + content[at + 1 :]


def _shifted(entries: list[Written], at: int) -> list[Written]:
    """Entries whose references to votes after `at` are one further."""
    made = []
    for entry in entries:
        payload = dict(entry.payload)
        if "refs" in payload:
            payload["refs"] = [ref + (ref > at) for ref in payload["refs"]]
        if "vote" in payload:
            payload["vote"] += payload["vote"] > at
        made.append(entry if payload == entry.payload else replace(entry, payload=payload))
    return made


def _sealed(one: Case, lines: list[bytes], openings: dict[int, bytes], *, witnessed: bool = True) -> Files:
    """What the operator and all witnesses together could seal: only the contents give it away."""
    turn = next(seq for seq, line in enumerate(lines) if b'"KeyRotated"' in line)
    sizes = [*one.told.sizes[:-1], len(lines)]
    both = min(size for size in sizes if size > turn)
    notes = []
    for size, root in sorted(roots(lines, sizes).items()):
        text = checkpoint_text(size, root)
        note = f"{text}\n"
        if size <= both:
            note += LOG.sign(text)
        if size > turn:
            note += NEXT_LOG.sign(text)
        if witnessed and size == sizes[-1]:
            note += WITNESS.cosign(text, 1_800_000_000)
        notes.append(note)
    return put(one, lines, openings, notes)


Forgery = Callable[[Case, Random], Files]
KINDS: dict[Forgery, set[int]] = {
    flip_entry: {11, 12},
    flip_opening: {15},
    drop_entry: {12},
    drop_resigned: {13},
    duplicate_entry: {11, 12},
    swap_entries: {11, 12},
    truncate: {12},
    truncate_to_checkpoint: {10, 13, 14, 15, 20, 21},
    fork: {13},
    resign_old_key: {13},
    resign_own_key: {13},
    resign_true_key: {14},
    change_salt: {15},
    change_opening: {15},
    drop_opening: {15},
    alter_rules: {16},
    alter_roster: {16},
    swap_sides: {17},
    other_seats: {17},
    skip_number: {17},
    backdate: {11, 13},
    vote_again: {18},
    alter_nth: {18},
    exclude_more: {19},
    exclude_less: {19},
    alter_votes: {20},
    turn_vote: {20},
    repeat_vote: {20},
    alter_score: {20},
    alter_result: {21},
    alter_file: {10},
    drop_witness: {14},
}
"""Each kind and the exit codes that are right for it; a ledger cut off after the close lacks witnesses."""

OF_EVERYONE: dict[Forgery, set[int]] = {
    flip_entry: {11, 12},
    flip_opening: {15},
    truncate: {10, 12},
    truncate_to_checkpoint: {10, 13, 14, 15, 20, 21},
    change_salt: {15},
    drop_opening: {15},
    alter_rules: {16},
    alter_roster: {16},
    alter_votes: {20},
    turn_vote: {20},
    repeat_vote: {20},
    show_voters: {20},
    show_excluded: {10},
    alter_score: {20},
    alter_result: {21},
    alter_file: {10},
    drop_witness: {14},
}
"""The same of public folders: what needs openings of votes is not found there.

A ledger cut off before the first battle hides nothing, so its folder lacks what a full one holds.
"""

BY_NAME = {kind.__name__: kind for kind in [*KINDS, *OF_EVERYONE]}

TRUSTED = (Vkey.parse(NEXT_LOG.vkey),)


def exit_code(place: Path, files: Files) -> int:
    """What the verifier says of files, with the log's key in hand."""
    for old in place.iterdir():
        if files.get(old.name) is None:
            old.unlink()
    for name, content in files.items():
        (place / name).write_bytes(content)
    findings = Findings()
    check_folder(place, findings, TRUSTED)
    return findings.exit_code


def subject(battles: int = 2000, seed: int = 1, *, auditors: bool = True) -> Case:
    """The folder that is tampered with."""
    plan = Plan(
        battles=battles,
        voters=max(8, battles // 8),
        seed=seed,
        rotate_at=battles // 3,
        withdrawals=3,
        late_withdrawals=1,
        hasty=True,
        every=100,
        pace=20,
        alarms=3,
        keeps=1,
        acts=3,
    )
    return case(scribed(contest(5, days=3), plan), auditors=auditors)


def tamper(one: Case, kind: Forgery, places: int, random: Random) -> Counter[int]:
    """Tamper in so many places and count the exit codes."""
    with tempfile.TemporaryDirectory() as made:
        return Counter(exit_code(Path(made), kind(one, random)) for _ in range(places))


def honest(number: int) -> tuple[Scribe, bool]:
    """An honest round of other rules, and whether its folder is an auditor's."""
    random = Random(number)
    size = random.randrange(2, 7)
    tracks = tuple(Track)[: random.randrange(1, 4)]
    every = random.random() < 0.3
    references = min(random.choice([0, 0, 1, 2]), size - 2)
    asked = contest(
        size,
        references=references,
        controls=random.choice([0, 1, 5]),
        days=random.randrange(1, 20),
        tracks=tracks,
        scoring=tracks if random.random() < 0.6 else tracks[:1],
        verdicts=random.choice([tuple(Verdict), (Verdict.A, Verdict.B), (Verdict.A, Verdict.B, Verdict.TIE)]),
        max_turns=random.randrange(1, 5),
        votes_per_person=random.choice([3, 10, 50]),
        ties=random.choice([Ties.HALF, Ties.HALF, Ties.DAVIDSON]),
        both_bad=random.choice(list(BothBad)),
        points=random.choice([25, 100]),
        beacon=random.choice(["", "digits of e"]),
        openings=Openings.PUBLIC if every else Openings.AUDITORS,
        exclusions=Exclusions(random.choice([0, 1, 3]), random.choice([0, 3, 10])),
        witnesses=random.choice([Witnesses((), 0), Witnesses((WITNESS.vkey,), 1)]),
    )
    closes = random.random() < 0.85
    results = random.choice([0, 1, 1, 2]) if closes else 0
    plan = Plan(
        battles=random.choice([0, 1, 30, 90, 200]),
        voters=random.choice([3, 10, 30]),
        seed=number,
        rotate_at=random.choice([None, None, 5, 20]),
        overlap=random.choice([0, 3600]),
        withdrawals=random.choice([0, 2]),
        alarms=random.choice([0, 0, 4]),
        keeps=random.choice([0, 0, 2]),
        acts=random.choice([0, 0, 4]),
        early_acts=random.random() < 0.5,
        late_withdrawals=random.choice([0, 2]) if results else 0,
        voids=random.choice([0.0, 0.1, 0.6]),
        pace=random.choice([5, 120]),
        hasty=random.random() < 0.5,
        close=closes,
        results=results,
        publish=random.random() < 0.8,
        removed=random.choice(["", asked.roster.ids[0]]) if size - references > 2 else "",
        pepper=results > 0 and random.random() < 0.3,
        every=random.choice([1, 7, 100]),
        nonces=random.choice([0, 1, 6]),
    )
    return scribed(asked, plan), every or random.random() < 0.5


def false_alarm(number: int) -> str:
    """What the verifier finds in an honest folder: nothing, or the first sentence of its mistake."""
    scribe, auditors = honest(number)
    findings = Findings()
    with tempfile.TemporaryDirectory() as made:
        for name, content in folder(scribe, auditors=auditors).items():
            (Path(made) / name).write_bytes(content)
        check_folder(Path(made), findings)
    return findings.kept[0].said("en") if findings.kept else ""


@dataclass(frozen=True, slots=True)
class Task:
    """A kind of tampering, and the folder in which so many places are tried."""

    name: str
    auditors: bool
    places: int
    battles: int
    seed: int

    @property
    def right(self) -> set[int]:
        """The exit codes that are right."""
        return (KINDS if self.auditors else OF_EVERYONE)[BY_NAME[self.name]]

    def random(self) -> Random:
        """The same places for the same task."""
        return Random(f"{self.seed} {self.name}")


def tasks(names: Sequence[str], places: int, battles: int, seed: int) -> list[Task]:
    """The kinds named, of an auditor's folder and of a public one."""
    return [
        Task(kind.__name__, auditors, places, battles, seed)
        for auditors, kinds in ((True, KINDS), (False, OF_EVERYONE))
        for kind in kinds
        if kind.__name__ in names
    ]


def tampered(task: Task) -> tuple[Task, Counter[int], float]:
    """Tamper in one kind, in a process of its own."""
    start, one = perf_counter(), subject(task.battles, task.seed, auditors=task.auditors)
    codes = tamper(one, BY_NAME[task.name], task.places, task.random())
    return task, codes, perf_counter() - start


def browsed(asked: Sequence[Task]) -> None:
    """Print the table of the second verifier, in Chromium."""
    kinds = {task.auditors: subject(task.battles, task.seed, auditors=task.auditors) for task in asked}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = SecondVerifier(browser)
        for task in asked:
            random, start, forged = task.random(), perf_counter(), BY_NAME[task.name]
            files = (forged(kinds[task.auditors], random) for _ in range(task.places))
            codes = Counter(page.check(one, NEXT_LOG.vkey).exit for one in files)
            row(task, codes, perf_counter() - start)
        browser.close()


def row(task: Task, codes: Counter[int], seconds: float) -> None:
    """Print a line of a table."""
    places = codes.total()
    found, right = places - codes[0], sum(codes[code] for code in task.right)
    said = ", ".join(f"{code} x {count}" for code, count in sorted(codes.items()))
    each = f"{seconds / places:.2f} s each"
    name = task.name if task.auditors else f"{task.name} (public)"
    print(f"{name:<30} found {found} of {places}, right code {right}   ({said})   {each}", flush=True)


def main() -> None:
    """Print the tables."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--places", type=int, default=1000)
    asked.add_argument("--battles", type=int, default=2000)
    asked.add_argument("--folders", type=int, default=200, help="honest folders of other rules")
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--kinds", nargs="+", choices=list(BY_NAME), default=list(BY_NAME), metavar="KIND")
    asked.add_argument("--workers", type=int, default=1)
    asked.add_argument("--browser", type=int, default=0, help="places of each kind for the second verifier")
    given = asked.parse_args()
    if given.places:
        tried = tasks(given.kinds, given.places, given.battles, given.seed)
        print(f"{len(tried)} kinds, {given.places:,} places each, {given.battles:,} battles")
        with ProcessPoolExecutor(given.workers) as workers:
            for found in workers.map(tampered, tried):
                row(*found)
    if given.folders:
        alarms = [said for number in range(given.folders) if (said := false_alarm(number))]
        print(f"honest folders of other rules: {given.folders}, false alarms: {len(alarms)}", *alarms[:5])
    if given.browser:
        print(f"the second verifier, {given.browser:,} places each")
        browsed(tasks(given.kinds, given.browser, given.battles, given.seed))


if __name__ == "__main__":
    main()
