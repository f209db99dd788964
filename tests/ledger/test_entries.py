import hashlib
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.contest.battle import Battle, BattleId, Side, Stage, Turn, VoidReason, VoterId
from arena.contest.canary import Alarm, Keeping
from arena.contest.exclusion import Rule
from arena.contest.roster import ContestantId
from arena.contest.rules import RoundId, Track, Verdict
from arena.errors import Fault, NotAnEntry
from arena.ledger import entries, payloads
from arena.ledger.canonical import canonical
from arena.ledger.entries import Entry, EntryType, entry
from tests.servers import ROOT
from tests.strategies import MOMENTS, PAYLOADS, battles

GOLDEN = ROOT / "tests/golden/ledger/entries.txt"
SALT = bytes(range(16))
NOW = datetime(2026, 12, 1, 3, 0, 59, tzinfo=UTC)
SALTS = st.binary(min_size=16, max_size=16)
OTHERS = [kind for kind in EntryType if kind is not EntryType.VOTE_CAST]
ROUND = RoundId("demo-1")
BATTLE = Battle(
    id=BattleId("b-1"),
    round_id=ROUND,
    track=Track.OPEN,
    number=7,
    seats={Side.B: ContestantId("two"), Side.A: ContestantId("one")},
    voter=VoterId("ABCDEFGHIJKLMNOPQRSTUVWXY2"),
    category="general",
    language="ko",
    opened_at=NOW,
    stage=Stage.ANSWERING,
    turns=(Turn("하늘은 왜 파란가요?", {Side.A: "하나", Side.B: "둘"}), Turn("그럼 노을은요?")),
)
NONCES = {"two": bytes([2] * 32), "one": bytes([1] * 32)}
COMMITTED = {"two": "77" * 32, "one": "66" * 32}
EVERY_KIND = [
    (EntryType.ROUND_OPENED, payloads.round_opened(ROUND, "11" * 32, "log.example+00000000+AQ==")),
    (EntryType.RULES_FROZEN, payloads.frozen(ROUND, "22" * 32)),
    (EntryType.ROSTER_FROZEN, payloads.frozen(ROUND, "33" * 32)),
    (EntryType.SEED_COMMITTED, payloads.seed_committed(ROUND, "44" * 32, COMMITTED, "the dice of noon")),
    (EntryType.BEACON_DRAWN, payloads.beacon_drawn(ROUND, "4 2 6", NONCES)),
    (EntryType.BATTLE_OPENED, payloads.battle_opened(BATTLE, "55" * 32)),
    (
        EntryType.REPLIES_COMMITTED,
        payloads.replies_committed(BATTLE, "55" * 32, {Side.B: "77" * 32, Side.A: "66" * 32}),
    ),
    (EntryType.BATTLE_VOIDED, payloads.battle_voided(BATTLE, VoidReason.REPLY_FAILED, Side.B, Fault.STALLED)),
    (EntryType.BATTLE_VOIDED, payloads.battle_voided(BATTLE, VoidReason.SKIPPED, None, None)),
    (EntryType.VOTE_CAST, payloads.vote_cast(BATTLE, Verdict.BOTH_BAD, 3, bytes(range(16, 32)))),
    (EntryType.VOTE_WITHDRAWN, payloads.vote_withdrawn(BATTLE, 9)),
    (EntryType.EXCLUDED, payloads.excluded(ROUND, Rule.VOTES_PER_MINUTE, [12, 9])),
    (
        EntryType.EXCLUDED,
        payloads.excluded(ROUND, Rule.CONTESTANT_REMOVED, contestant="two", reason="가중치가 다름"),
    ),
    (EntryType.ROUND_CLOSED, payloads.round_closed(ROUND, 8, 5)),
    (EntryType.SEED_REVEALED, payloads.seed_revealed(ROUND, bytes([8] * 32))),
    (EntryType.RESULT_COMMITTED, payloads.result_committed(ROUND, 1, "99" * 32)),
    (EntryType.RESULT_OPENED, payloads.result_opened(ROUND, 1, "99" * 32, bytes([7] * 32))),
    (EntryType.KEY_ROTATED, payloads.key_rotated("old+00000000+AQ==", "new+00000000+AQ==", 604800)),
    (EntryType.PEPPER_DESTROYED, payloads.pepper_destroyed(ROUND, "11" * 32)),
    (
        EntryType.CANARY_ALARMED,
        payloads.canary_alarmed(
            ROUND,
            Alarm(ContestantId("two"), 1, 3, 6_250_000, 3_125_000, "12" * 32, 160, "23" * 32, 80),
        ),
    ),
    (
        EntryType.AUDITED,
        payloads.audited(ROUND, ("A" * 26, "operator"), "write_notice", {}, {"ko": "점검", "number": 2}),
    ),
    (
        EntryType.CANARIES_KEPT,
        payloads.canaries_kept(ROUND, Keeping({ContestantId("two"): "12" * 32}, 6_250_000, 200)),
    ),
]


def test_bytes_for_ever():
    """Every kind of entry has the payload, the public line and the leaf hash that it has always had."""
    lines = []
    for sequence, (kind, payload) in enumerate(EVERY_KIND):
        sealed = entry(sequence, kind, NOW, payload, SALT)
        lines += [canonical(payload).decode(), sealed.encoded().decode(), sealed.leaf(), ""]

    assert "\n".join(lines) == GOLDEN.read_text("utf-8")


def test_every_kind_is_held():
    """No kind of entry is without golden bytes."""
    assert {kind for kind, _ in EVERY_KIND} == set(EntryType)


@given(st.integers(0, 10**9), st.sampled_from(OTHERS), MOMENTS, PAYLOADS, SALTS)
def test_an_entry_by_hand(sequence, kind, now, payload, salt):
    """Anyone with a hash function gets the same commitment and leaf from salt and payload."""
    sealed = entry(sequence, kind, now, payload, salt)
    commit = hashlib.sha256(salt + canonical(payload)).hexdigest()
    line = f'{{"commit":"{commit}","seq":{sequence},"time":{sealed.bucket},"type":"{kind.value}"}}'

    assert sealed == Entry(sequence, kind, sealed.bucket, commit)
    assert sealed.leaf() == hashlib.sha256(b"\x00" + line.encode()).hexdigest()


@given(st.integers(0, 10**9), MOMENTS, st.sampled_from(Verdict), SALTS, SALTS)
def test_a_vote_by_hand(sequence, now, verdict, salt, receipt_salt):
    """Anyone who is told the salt of a receipt and the verdict finds them in the public line of the vote."""
    payload = payloads.vote_cast(BATTLE, verdict, 1, receipt_salt)
    sealed = entry(sequence, EntryType.VOTE_CAST, now, payload, salt)
    said = f'{{"verdict":"{verdict.value}"}}'.encode()
    receipt = hashlib.sha256(receipt_salt + said).hexdigest()
    line = (
        f'{{"commit":"{sealed.commit}","receipt":"{receipt}","seq":{sequence},"time":{sealed.bucket},'
        f'"type":"VoteCast"}}'
    )

    assert sealed.encoded() == line.encode()
    assert entries.receipt_commitment(receipt_salt, verdict) == receipt


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"verdict": "a"},
        {"receipt_salt": "00" * 16},
        {"receipt_salt": 7, "verdict": "a"},
        {"receipt_salt": "00" * 16, "verdict": 1},
        {"receipt_salt": "00" * 15, "verdict": "a"},
        {"receipt_salt": "zz" * 16, "verdict": "a"},
    ],
)
def test_a_vote_without_a_receipt_is_refused(payload):
    """No vote gets on record that its voter could not show later."""
    with pytest.raises(NotAnEntry):
        entry(0, EntryType.VOTE_CAST, NOW, payload, SALT)


@given(MOMENTS)
def test_time_is_coarse(now):
    """The record shows the minute of an entry, never the moment."""
    bucket = entry(0, EntryType.ROUND_CLOSED, now, {}, SALT).bucket

    assert bucket % 60 == 0
    assert 0 <= now.timestamp() - bucket < 60


def test_time_does_not_depend_on_the_offset():
    """The same moment is the same bucket wherever the clock stands."""
    seoul = NOW.astimezone(timezone(timedelta(hours=9)))

    assert entry(0, EntryType.ROUND_CLOSED, seoul, {}, SALT) == entry(
        0, EntryType.ROUND_CLOSED, NOW, {}, SALT
    )


def test_a_moment_without_an_offset_is_refused():
    """A time that could mean two moments never gets on record."""
    with pytest.raises(ValueError, match="offset"):
        entry(0, EntryType.ROUND_CLOSED, NOW.replace(tzinfo=None), {}, SALT)


@pytest.mark.parametrize("salt", [b"", b"x" * 15, b"x" * 17, b"x" * 32])
def test_a_salt_has_128_bits(salt):
    """A payload is never sealed with a salt that could be guessed or run into it."""
    with pytest.raises(ValueError, match="16 bytes"):
        entry(0, EntryType.ROUND_CLOSED, NOW, {}, salt)


def test_a_payload_without_canonical_bytes_is_refused():
    """What cannot be hashed in one way only does not become an entry."""
    with pytest.raises(NotAnEntry):
        entry(0, EntryType.ROUND_CLOSED, NOW, {"share": 0.5}, SALT)


@given(st.lists(SALTS, min_size=2, max_size=2, unique=True))
def test_salts_hide_equal_payloads(salts):
    """Two votes for the same verdict do not look alike on the public line."""
    commits = {entry(0, EntryType.ROUND_CLOSED, NOW, {"verdict": "a"}, salt).commit for salt in salts}

    assert len(commits) == 2


def test_secrets_are_committed_under_their_names():
    """The commitment to a secret is its salted hash, and another name gives another one."""
    secret = bytes(32)

    assert entries.secret_commitment("seed", secret) == hashlib.sha256(b"arena seed\x00" + secret).hexdigest()
    assert entries.secret_commitment("seed", secret) != entries.secret_commitment("pepper", secret)


TEXT_MARK = "글은-기록에-없다"


@given(battles())
def test_no_text_gets_on_record(battle):
    """Prompts and replies are never in an entry, only their hashes."""
    written = canonical(
        [
            payloads.battle_opened(marked(battle), "55" * 32),
            payloads.battle_voided(marked(battle), VoidReason.SKIPPED, None, None),
            payloads.replies_committed(marked(battle), "55" * 32, dict.fromkeys(Side, "66" * 32)),
            payloads.vote_cast(marked(battle), Verdict.A, 1, SALT),
            payloads.vote_withdrawn(marked(battle), 1),
        ]
    )

    assert TEXT_MARK.encode() not in written


def marked(battle):
    """A battle whose texts are easy to find."""
    return (
        battle.answered(dict.fromkeys(Side, TEXT_MARK)) if battle.stage is Stage.ANSWERING else retold(battle)
    )


def retold(battle):
    """The same battle with another text in every turn."""
    turns = tuple(Turn(TEXT_MARK, dict.fromkeys(Side, TEXT_MARK)) for _ in battle.turns)
    return Battle(**{name: getattr(battle, name) for name in battle.__slots__} | {"turns": turns})
