import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.errors import BadNote
from arena.ledger.checkpoint import Checkpoint, WitnessKey
from arena.ledger.merkle import EMPTY_ROOT, consistency_proof, leaf_hash, root
from arena.ledger.note import Note, Signature, SigningKey, to_base64
from arena.ledger.proof import LARGEST_PROOF, MOST_HASHES
from arena.ledger.witness import STATUS, AddCheckpoint, Answer, Seen, consider, nothing_of
from tests.ledger.spoiling import spoiled

LOG = SigningKey("log.example/arena", bytes(32))
NEXT = SigningKey(LOG.name, bytes(range(32)))
STRANGER = SigningKey("stranger.example", bytes(32))
KEYS = [LOG.vkey, NEXT.vkey]
LEAVES = [leaf_hash(bytes([number])) for number in range(60)]
REWRITTEN = [leaf_hash(b"another"), *LEAVES[1:]]
SIZES = st.integers(0, 60)


def seen(size, leaves=LEAVES):
    """What a witness keeps that has cosigned a checkpoint of this size."""
    return Seen(LOG.name, size, root(leaves[:size]))


def asking(old, size, leaves=LEAVES, key=LOG, origin=LOG.name):
    """An honest request to cosign the first `size` of `leaves`."""
    text = Checkpoint(origin, size, root(leaves[:size])).text()
    return AddCheckpoint(old, tuple(consistency_proof(leaves[:size], old)), Note.of(text, [key.sign(text)]))


@given(st.lists(SIZES, max_size=8).map(sorted))
def test_an_honest_log_is_cosigned_all_along(sizes):
    """A witness goes along with a log that only grows, from nothing on, and remembers how far."""
    state = nothing_of(LOG.name)
    for size in sizes:
        decision = consider(state, asking(state.size, size), KEYS)
        assert decision.answer is Answer.COSIGN
        state = decision.seen

    assert state == seen(max(sizes, default=0))


@given(st.integers(1, 60), SIZES)
def test_a_rewritten_record_is_never_cosigned(old, size):
    """Whatever a log that has changed an old entry asks, the witness keeps to what it has seen."""
    decision = consider(seen(old), asking(min(old, size), size, REWRITTEN), KEYS)

    assert decision.answer in {Answer.INCONSISTENT, Answer.CONFLICT}
    assert decision.seen == seen(old)
    assert decision.proves_a_fork == (old == size)


@given(SIZES, SIZES, SIZES)
def test_a_witness_never_goes_back(before, old, size):
    """A checkpoint is cosigned only on top of the last one: else the witness says how far it has seen."""
    old, size = sorted((old, size))
    decision = consider(seen(before), asking(old, size), KEYS)

    assert decision.answer is (Answer.COSIGN if old == before else Answer.CONFLICT)
    assert decision.seen.size == (size if old == before else before)
    assert not decision.proves_a_fork


def test_old_size_beyond_the_checkpoint():
    """A request to go back is a mistake of the client's."""
    request = AddCheckpoint(9, (), asking(0, 5).note)

    assert consider(seen(9), request, KEYS).answer is Answer.BACKWARDS


def test_another_log():
    """A witness of one log cosigns no other's checkpoints, whoever signed them, and accuses nobody."""
    decision = consider(seen(5), asking(5, 5, REWRITTEN, origin="other.example"), KEYS)

    assert decision.answer is Answer.UNKNOWN_LOG
    assert not decision.proves_a_fork


def test_unsigned_checkpoint():
    """A checkpoint that the log did not sign is neither cosigned nor held against the log."""
    decision = consider(seen(5), asking(5, 5, REWRITTEN, STRANGER), KEYS)

    assert decision.answer is Answer.NOT_SIGNED
    assert not decision.proves_a_fork


def test_broken_signature():
    """A checkpoint with a broken signature of the log is not cosigned, even beside a good one."""
    request = asking(5, 9)
    broken = Signature(NEXT.name, NEXT.vkey.key_id, bytes(64))
    note = Note(request.note.text, (*request.note.signatures, broken))

    assert consider(seen(5), AddCheckpoint(5, request.hashes, note), KEYS).answer is Answer.NOT_SIGNED


def test_either_key_of_a_rotation():
    """A checkpoint signed by either of two keys in force is cosigned."""
    assert [consider(seen(5), asking(5, 9, key=key), KEYS).answer for key in (LOG, NEXT)] == [
        Answer.COSIGN
    ] * 2


@pytest.mark.parametrize("hashes", [(), (bytes(32),), (EMPTY_ROOT, EMPTY_ROOT)])
def test_proof_that_shows_nothing(hashes):
    """Without a proof that holds nothing is cosigned."""
    assert consider(seen(5), AddCheckpoint(5, hashes, asking(5, 9).note), KEYS).answer is Answer.INCONSISTENT


def test_proof_from_nothing_is_empty():
    """A first checkpoint comes without hashes."""
    request = AddCheckpoint(0, (bytes(32),), asking(0, 9).note)

    assert consider(nothing_of(LOG.name), request, KEYS).answer is Answer.INCONSISTENT


def test_empty_record_has_one_root():
    """A record of nothing has the root of nothing."""
    text = Checkpoint(LOG.name, 0, bytes(32)).text()
    request = AddCheckpoint(0, (), Note.of(text, [LOG.sign(text)]))

    assert consider(nothing_of(LOG.name), request, KEYS).answer is Answer.INCONSISTENT


def test_key_of_another_kind():
    """A witness that was given another witness's key as the log's refuses to work."""
    with pytest.raises(BadNote):
        consider(seen(5), asking(5, 9), [WitnessKey("witness.example", bytes(32)).vkey])


def test_every_answer_has_a_status():
    """No answer goes out without the status that the specification gives it."""
    assert set(STATUS) == set(Answer)


def test_request_by_hand():
    """A request is the lines that the specification names, in its order."""
    request = asking(5, 9)
    hashes = "\n".join(map(to_base64, request.hashes))

    assert request.encoded() == f"old 5\n{hashes}\n\n{request.note.encoded()}"
    assert asking(0, 9).encoded() == f"old 0\n\n{request.note.encoded()}"


@given(SIZES, SIZES)
def test_requests_are_read_back(old, size):
    """A request that was written is read back."""
    request = asking(*sorted((old, size)))

    assert AddCheckpoint.parse(request.encoded()) == request


@given(spoiled(asking(5, 9).encoded()))
def test_any_text_is_a_request_or_refused(text):
    """Whatever a stranger sends is a request to the byte, or refused, and cosigned only if it may be."""
    try:
        request = AddCheckpoint.parse(text)
    except BadNote:
        return
    decision = consider(seen(5), request, KEYS)

    assert request.encoded() == text
    assert decision.answer is not Answer.COSIGN or decision.seen == seen(9)


LINE = to_base64(LEAVES[0])
TAIL = f"\n\n{asking(0, 9).note.encoded()}"
HELLO = Note.of("hello\n", [LOG.sign("hello\n")]).encoded()
BROKEN = [
    "",
    "old 0",
    "old 0\n\n",
    f"old 0\n{TAIL.lstrip()}",
    f"old 0\n\n{HELLO}",
    f"0{TAIL}",
    f"old{TAIL}",
    f"old {TAIL}",
    f"old 00{TAIL}",
    f"old -1{TAIL}",
    f"old 1 {TAIL}",
    f"old 0\r\n{LINE}\r{TAIL}",
    f"old {'9' * 5_000}{TAIL}",
    f"old 1\nAAAA{TAIL}",
    f"old 1\n{LINE}\n\n{LINE}{TAIL}",
    f"old 1{f'{chr(10)}{LINE}' * (MOST_HASHES + 1)}{TAIL}",
    f"old 1{TAIL}".ljust(LARGEST_PROOF + 1, "\n"),
]


@pytest.mark.parametrize("text", BROKEN, ids=range(len(BROKEN)))
def test_broken_requests(text):
    """What is no request is refused, and never read as another."""
    with pytest.raises(BadNote):
        AddCheckpoint.parse(text)
