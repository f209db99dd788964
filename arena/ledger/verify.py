"""Checking an exported round without trusting who exported it. Bytes in, findings out.

Everything that needs no score is checked here; votes, standings and results are recomputed elsewhere.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from arena.contest.contest import Contest
from arena.contest.pairing import Pair, block, length
from arena.contest.rules import Openings, Track
from arena.errors import BadFolder, BadNote
from arena.ledger.checkpoint import Checkpoint
from arena.ledger.checks import Check
from arena.ledger.entries import EntryType
from arena.ledger.findings import Findings, Notice
from arena.ledger.flaws import Flaw
from arena.ledger.frozen import contest_of
from arena.ledger.lines import LEDGER, MOST_BROKEN, OPENINGS, RULES, Unreadable, read_note, strict
from arena.ledger.note import Note, Vkey
from arena.ledger.replay import Replay
from arena.ledger.seed import seed
from arena.ledger.signing import (
    CHECKPOINTS,
    Sighted,
    check_keys,
    check_signatures,
    check_trust,
    check_witnesses,
)
from arena.ledger.told import Chapter, Told
from arena.ledger.walk import Walk, Watch

LAST_CHECKPOINT = "checkpoint.txt"
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a folder that the record is in: files of lines (newlines included) and whole files.

    A file that is not there is empty; `keys` is None where there is no list yet to compare with.
    `trusted` are keys of the log that the reader has from elsewhere.
    """

    rules: bytes
    keys: bytes | None
    ledger: Iterable[bytes]
    openings: Iterable[bytes]
    checkpoints: Iterable[bytes]
    last_checkpoint: bytes
    trusted: Sequence[Vkey] = ()


@dataclass(frozen=True, slots=True)
class Checked:
    """What is known of the round now: the contest that was frozen (None: not known) and what was told.

    `keys` are those of the log, oldest first.
    `is_whole` where every battle and vote was opened and fits, `is_public` where the rules let openings
    be left out and they are; `seen` counts the round's entries by type.
    """

    contest: Contest | None
    keys: Sequence[Vkey] = ()
    told: Told = field(default_factory=Told)
    seen: dict[str, int] = field(default_factory=dict)
    is_whole: bool = False
    is_public: bool = False


def check(parts: Parts, findings: Findings, watch: Watch = lambda _: None) -> Checked:
    """Check the record of a round; what is wrong goes to `findings`, and how far it is to `watch`."""
    contest = _contest(parts.rules, findings)
    sighted = _sighted(parts.checkpoints, findings)
    sizes = frozenset(one.checkpoint.size for one in sighted)
    walk = Walk(contest, sha256(parts.rules).hexdigest(), sizes, findings)
    walk.through(parts.ledger, parts.openings, watch)
    _check_tree(walk, sighted, parts.last_checkpoint, findings)
    _check_signatures(walk, sighted, parts, findings)
    if contest is not None and walk.replay is None and not findings.fails(Flaw.OTHER_RULES.check):
        findings.found(Flaw.NO_ROUND, RULES, 0, contest.rules.round_id)
    keys = tuple(key.vkey for key in walk.keys)
    if walk.replay is None or contest is None:
        findings.note(Notice.RULES_UNUSED)
        return Checked(None, keys)
    is_closed = walk.replay.chapter not in BEFORE_CLOSE
    check_witnesses(contest.rules.witnesses, sighted, findings, is_closed=is_closed)
    if not is_closed:
        findings.note(Notice.ROUND_OPEN)
    if walk.rounds > 1:
        findings.note(Notice.OTHER_ROUNDS)
    _note_beacon(contest, walk.replay.told, findings)
    is_public = _is_public(walk, contest)
    is_whole = _check_opened(walk, findings, is_public=is_public)
    _note_alarms(walk.replay, findings, is_whole=is_whole)
    if is_whole:
        _check_seats(contest, walk.replay, findings)
    return Checked(contest, keys, walk.replay.told, walk.replay.seen, is_whole, is_public)


BEFORE_CLOSE = frozenset({Chapter.OPENED, Chapter.RULED, Chapter.ENTERED, Chapter.SEALED, Chapter.DRAWN})


def _contest(rules: bytes, findings: Findings) -> Contest | None:
    try:
        return contest_of(strict(rules))
    except Unreadable as error:
        findings.found(Flaw.BROKEN_RULES, RULES, 0, error.why)
    except BadFolder as error:
        findings.found(Flaw.BROKEN_RULES, RULES, 0, error)
    return None


def _sighted(raw: Iterable[bytes], findings: Findings) -> list[Sighted]:
    """Read the checkpoints; those that cannot be read, or do not grow, are left out."""
    found: list[Sighted] = []
    broken = 0
    for number, line in enumerate(raw, start=1):
        if broken > MOST_BROKEN:
            break
        try:
            note = Note.parse(read_note(line))
            one = Sighted(number, note, Checkpoint.parse(note.text))
        except (Unreadable, BadNote) as error:
            why = error.why if isinstance(error, Unreadable) else error
            findings.found(Flaw.BROKEN_CHECKPOINT, CHECKPOINTS, number, why)
            broken += 1
            continue
        if found and one.checkpoint.size <= found[-1].checkpoint.size:
            findings.found(Flaw.DISORDER, CHECKPOINTS, number)
            broken += 1
        else:
            found.append(one)
    return found


def _check_tree(walk: Walk, sighted: Sequence[Sighted], last: bytes, findings: Findings) -> None:
    if walk.size == 0:
        findings.found(Flaw.EMPTY, LEDGER)
    for one in sighted:
        size = one.checkpoint.size
        if size > walk.size:
            findings.found(Flaw.TOO_FAR, CHECKPOINTS, one.line, size, walk.size)
        elif walk.roots.get(size) != one.checkpoint.root:
            findings.found(Flaw.OTHER_ROOT, CHECKPOINTS, one.line, size)
    covered = sighted[-1].checkpoint.size if sighted else 0
    if covered < walk.size:
        findings.found(Flaw.UNCOVERED, CHECKPOINTS, 0, walk.size, covered)
    if sighted and last != sighted[-1].note.encoded().encode():
        findings.found(Flaw.LAST_DIFFERS, LAST_CHECKPOINT)


def _check_signatures(walk: Walk, sighted: Sequence[Sighted], parts: Parts, findings: Findings) -> None:
    keys = walk.keys
    if not keys or not walk.are_keys_known:
        findings.note(Notice.KEYS_UNUSED)
        return
    if parts.keys is not None:
        check_keys(keys, parts.keys, findings)
    check_signatures(keys, sighted, findings)
    check_trust(keys, sighted, parts.trusted, findings)


def _note_beacon(contest: Contest, told: Told, findings: Findings) -> None:
    """Say what no record can tell of the seed: whether it was made with a value that nobody chose."""
    named = contest.rules.beacon
    if not named:
        findings.note(Notice.NO_BEACON)
    elif told.beacon:
        findings.note(Notice.BEACON_TOLD, named, told.beacon)


def _note_alarms(replay: Replay, findings: Findings, *, is_whole: bool) -> None:
    """Say how often a look found that a contestant's server was another, and whose where that is opened."""
    alarms = replay.seen.get(EntryType.CANARY_ALARMED, 0)
    if alarms and is_whole:
        findings.note(Notice.ALARMS, alarms, _whose(replay.told))
    elif alarms:
        findings.note(Notice.ALARMS_SEALED, alarms)


def _whose(told: Told) -> str:
    names = sorted({alarm.contestant for alarm in told.alarms})
    return ", ".join(names[:SHOWN])


def _is_public(walk: Walk, contest: Contest) -> bool:
    """Tell whether openings are left out that auditors alone may see."""
    return bool(walk.missing) and not walk.opened and contest.rules.openings is Openings.AUDITORS


def _check_opened(walk: Walk, findings: Findings, *, is_public: bool) -> bool:
    """Check that no opening is missing that must be there; tell whether every battle and vote is known."""
    if is_public:
        findings.note(Notice.PUBLIC_FOLDER)
    else:
        for seq, kind in walk.missing:
            findings.found(Flaw.UNOPENED, OPENINGS, 0, seq, kind)
    if walk.missing or not walk.is_certain:
        if findings.fails(Flaw.UNOPENED.check) or not walk.is_certain:
            findings.note(Notice.OPENINGS_UNUSED)
        return False
    return True


def _check_seats(contest: Contest, replay: Replay, findings: Findings) -> None:
    """Draw the seats of every battle again."""
    told = replay.told
    if findings.fails(Check.PAIRING):
        return
    if not told.secret:
        if told.battles:
            findings.note(Notice.SEED_SEALED)
        return
    nonces = {one: bytes.fromhex(nonce) for one, nonce in told.nonces.items()}
    drawn = _Drawn(seed(bytes.fromhex(told.secret), nonces, told.beacon), contest)
    tracks = frozenset(contest.rules.tracks)
    for battle in told.battles:
        if battle.track in tracks:
            pair = drawn.pair(Track(battle.track), battle.number)
            if pair != (battle.a, battle.b):
                findings.found(Flaw.OTHER_SEATS, OPENINGS, battle.line, battle.number)


class _Drawn:
    """Seats in the order of battle numbers; of each track only the last block is kept."""

    def __init__(self, drawn_with: bytes, contest: Contest) -> None:
        self._seed, self._controls = drawn_with, contest.rules.controls
        tracks = contest.rules.tracks
        self._entered = {track: (contest.entered(track), contest.references(track)) for track in tracks}
        self._blocks: dict[Track, tuple[int, list[Pair]]] = {}

    def pair(self, track: Track, number: int) -> Pair:
        """Give who sits on A and on B in battle `number` of a track."""
        entered, references = self._entered[track]
        block_number, place = divmod(number - 1, length(len(entered), self._controls))
        kept = self._blocks.get(track)
        if kept is None or kept[0] != block_number:
            drawn = block(self._seed, track, block_number, entered, self._controls, references)
            kept = self._blocks[track] = block_number, drawn
        return kept[1][place]
