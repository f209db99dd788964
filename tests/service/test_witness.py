import hashlib
import json
from contextlib import ExitStack

import httpx
import pytest

from arena.backends.log_client import LogClient
from arena.errors import BadNote, BadProof, BadSetting, Forked, LedgerError, LogUnreachable
from arena.identity import witness_key
from arena.ledger.checkpoint import Checkpoint, WitnessKey, cosigned_by
from arena.ledger.note import Note, SigningKey
from arena.ledger.witness import AddCheckpoint
from arena.service.witness import Witness, log_at
from arena.service.witness_door import door
from tests.fakes import Clock
from tests.forger import forging

KEY = WitnessKey("witness.example/w1", b"\x01" * 32)


@pytest.fixture
def forger():
    """A log that can lie, with 300 entries."""
    with forging() as made:
        made.grow(300)
        yield made


@pytest.fixture
def state(tmp_path):
    """Where the witness keeps what she has seen."""
    return tmp_path / "state.json"


@pytest.fixture
def witness(state, forger):
    """A witness who was told the log's key."""
    return Witness(KEY, state, Clock(), (str(forger.keys[0].vkey),))


@pytest.fixture
def log(forger):
    """The way into the log."""
    with log_at(forger.url) as made:
        yield made


def kept_size(state):
    """The size that the state file tells of."""
    return Checkpoint.parse(Note.parse(json.loads(state.read_text("utf-8"))["note"]).text).size


def asked(forger, old):
    """What a log asks of a witness who has seen `old` entries."""
    hashes = forger.proof(old) if 0 < old < len(forger.entries) else ()
    return AddCheckpoint(old, hashes, forger.note()).encoded()


def test_a_log_that_grows(witness, log, forger, state):
    """A witness cosigns every checkpoint that extends the one before, and brings it to the log."""
    sizes = []
    for count in (0, 1, 700, 70_000):
        forger.grow(count)
        sizes.append(witness.look(log))

    assert sizes == [300, 301, 1001, 71_001]
    notes = [Note.parse(taken) for taken in forger.taken]
    assert [Checkpoint.parse(note.text).size for note in notes] == sizes
    assert all(cosigned_by(note, KEY.vkey) == int(Clock()().timestamp()) for note in notes)
    assert kept_size(state) == 71_001


def test_nothing_new(witness, log, forger):
    """A checkpoint that was cosigned and delivered is not cosigned again."""
    first, again = witness.look(log), witness.look(log)

    assert (first, again, len(forger.taken)) == (300, None, 1)


def test_a_cosignature_that_was_not_taken(witness, log, forger):
    """A cosignature that the log did not take is brought again."""
    forger.refuses = True
    with pytest.raises(LedgerError, match="422"):
        witness.look(log)
    forger.refuses = False

    assert witness.look(log) == 300


def test_kept_before_it_is_signed(state, forger, log, tmp_path):
    """A witness who cannot keep what she has seen does not cosign it."""
    witness = Witness(KEY, tmp_path / "nowhere/state.json", Clock())

    with pytest.raises(LedgerError, match="cannot write"):
        witness.look(log)
    assert forger.taken == []


def test_restart(witness, log, forger, state):
    """A witness who starts again knows the log's key from her state, whatever the log says of it."""
    witness.look(log)
    forger.keys = [SigningKey("forger.example", b"\x08" * 32)]
    forger.grow(5)

    with pytest.raises(BadProof, match="not signed by a key that is known here"):
        Witness(KEY, state, Clock()).look(log)
    assert kept_size(state) == 300


def test_first_contact(state, forger, log):
    """Without a key from elsewhere the first one that the log names is kept."""
    witness = Witness(KEY, state, Clock())
    witness.look(log)

    assert json.loads(state.read_text("utf-8"))["log"] == [str(forger.keys[0].vkey)]


def test_rotation(witness, log, forger, state):
    """A rotated key is taken when the operator of the witness gives it, and both during the overlap."""
    new = SigningKey("forger.example", b"\x08" * 32)
    forger.keys = [new, forger.keys[0]]
    both = witness.look(log)
    forger.keys = [new]
    forger.grow(1)
    told = Witness(KEY, state, Clock(), (str(new.vkey),))

    assert (both, told.look(log)) == (300, 301)


def rewritten(forger):
    forger.entries[7] = b'{"seq":"another"}'


def dropped(forger):
    del forger.entries[7]
    forger.grow(2)


def put_in_between(forger):
    forger.entries.insert(7, b'{"seq":"more"}')


@pytest.mark.parametrize("crime", [rewritten, dropped, put_in_between])
@pytest.mark.parametrize("more", [0, 1, 900])
def test_a_fork(witness, log, forger, state, crime, more, tmp_path):
    """A log that rewrites what it showed is not cosigned, and both its checkpoints are kept as evidence."""
    witness.look(log)
    before = state.read_bytes()
    crime(forger)
    forger.grow(more)

    with pytest.raises(Forked, match="THE LOG HAS FORKED"):
        witness.look(log)
    evidence = (tmp_path / "state.json.fork-1").read_text("utf-8")
    assert len(forger.taken) == 1
    assert state.read_bytes() == before
    assert forger.note().encoded() in evidence
    assert forger.taken[0] in evidence


def test_a_second_fork_keeps_the_first(witness, log, forger, tmp_path):
    """Evidence is never written over."""
    witness.look(log)
    for number in range(2):
        forger.entries[number] = b'{"seq":"another"}'
        with pytest.raises(Forked):
            witness.look(log)

    assert {path.name for path in tmp_path.glob("*.fork-*")} == {"state.json.fork-1", "state.json.fork-2"}


def test_a_log_that_goes_back(witness, log, forger, state):
    """A log that shows less than before is not cosigned, and that alone is no fork."""
    witness.look(log)
    del forger.entries[200:]

    with pytest.raises(LedgerError, match="gone back from size 300 to 200"):
        witness.look(log)
    assert kept_size(state) == 300


def test_tiles_of_another_tree(witness, log, forger, tmp_path):
    """Tiles that do not lead to the checkpoint are refused, and are no evidence of a fork."""
    witness.look(log)
    forger.grow(10)
    forger.shown = [b"x", *forger.entries[1:]]

    with pytest.raises(BadProof, match="do not lead to its checkpoint"):
        witness.look(log)
    assert list(tmp_path.glob("*.fork-*")) == []


def test_another_origin(witness, log, forger):
    """A checkpoint of another log is refused, whoever signed it."""
    forger.origin = "other.example"

    with pytest.raises(BadProof):
        witness.look(log)


def test_a_log_that_is_away(witness):
    """A log that cannot be reached is a message that names it."""
    with log_at("http://127.0.0.1:1") as away, pytest.raises(LedgerError, match=r"127\.0\.0\.1:1 cannot be"):
        witness.look(away)


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(500),
        httpx.Response(200, content=b"\xff\xfe"),
        httpx.Response(200, content=b"hello"),
        httpx.Response(200, content=b"x" * 300_000),
        httpx.Response(302, headers={"location": "http://elsewhere.example/"}),
    ],
)
def test_strange_answers(witness, state, answer):
    """Whatever answers at the log's address, a witness ends with a message and keeps nothing of it."""
    client = LogClient("http://log.example", httpx.MockTransport(lambda _: answer))

    with client, pytest.raises((LogUnreachable, BadNote)):
        witness.look(client)
    assert not state.exists()


@pytest.mark.parametrize("url", ["", "hello", "http://", "http://[", "http://a:99999", "ftp://log.example"])
def test_no_address(url):
    """What is no address is refused."""
    with pytest.raises(BadSetting, match="not an address"):
        LogClient(url)


@pytest.mark.parametrize(
    "content", ["", "{}", "[]", '{"log": [], "note": ""}', '{"log": ["x"], "note": ""}', "\0"]
)
def test_a_state_of_something_else(state, content):
    """A file that is no state of a witness is refused, and stays as it was."""
    state.write_text(content, "utf-8")

    with pytest.raises(BadNote):
        Witness(KEY, state, Clock())
    assert state.read_text("utf-8") == content


# Her key


def test_key_file(tmp_path):
    """A witness's key is made once, for its owner alone, and reads back the same."""
    made = witness_key.make(tmp_path / "w.key", "team.example/w1")

    assert witness_key.read(tmp_path / "w.key") == made
    assert (tmp_path / "w.key").stat().st_mode & 0o777 == 0o600
    with pytest.raises(BadSetting, match="cannot write"):
        witness_key.make(tmp_path / "w.key", "team.example/w1")


def test_a_key_file_of_something_else(tmp_path):
    """A file that holds no key is refused, and so is one whose name was changed."""
    made = witness_key.make(tmp_path / "w.key", "team.example/w1")
    whole = (tmp_path / "w.key").read_text()
    for content in ("", "hello", whole.replace("team", "other"), whole[:-9], f"x{whole}"):
        (tmp_path / "w.key").write_text(content)
        with pytest.raises(BadNote):
            witness_key.read(tmp_path / "w.key")
    with pytest.raises(BadSetting):
        witness_key.read(tmp_path / "away")

    assert made.vkey.name == "team.example/w1"


# A log that asks


@pytest.fixture
def asking(witness):
    """A client at the witness's door; `forks` holds what she raised an alarm about."""
    forks = []
    with ExitStack() as open_things:
        port = open_things.enter_context(door(witness, "127.0.0.1", 0, forks.append))
        client = open_things.enter_context(httpx.Client(base_url=f"http://127.0.0.1:{port}"))
        client.forks = forks
        yield client


def add(asking, body):
    """Ask for a cosignature."""
    return asking.post("/add-checkpoint", content=body)


def test_asked_for_a_cosignature(asking, forger, state):
    """A log that asks with the right proof is answered with a cosignature that its checkpoint verifies."""
    first = add(asking, asked(forger, 0))
    forger.grow(400)
    second = add(asking, asked(forger, 300))

    assert (first.status_code, second.status_code) == (200, 200)
    note = Note.of(forger.note().text, second.text.splitlines())
    assert cosigned_by(note, KEY.vkey) is not None
    assert kept_size(state) == 700


def test_old_size_is_another(asking, forger):
    """A log that does not know what the witness has seen is told."""
    add(asking, asked(forger, 0))
    forger.grow(1)

    told = add(asking, asked(forger, 0))

    assert (told.status_code, told.text) == (409, "300\n")
    assert told.headers["content-type"] == "text/x.tlog.size"


def test_refusals_of_the_protocol(asking, forger):
    """What cannot be cosigned is answered as tlog-witness asks."""
    add(asking, asked(forger, 0))
    forger.grow(1)
    good = asked(forger, 300)
    without_proof = AddCheckpoint(300, (), forger.note()).encoded()
    forger.keys = [SigningKey("forger.example", b"\x08" * 32)]
    unsigned = asked(forger, 300)
    forger.origin = "other.example"
    unknown = asked(forger, 300)
    bodies = [without_proof, unsigned, unknown, "nonsense", good.replace("old 300", "old 900")]

    statuses = [add(asking, body).status_code for body in bodies]

    assert statuses == [422, 403, 404, 400, 400]
    assert add(asking, b"\xff").status_code == 400
    assert asking.post("/elsewhere", content="").status_code == 404
    assert add(asking, "x" * 400_000).status_code == 413
    assert asking.forks == []


def test_a_fork_that_is_asked_for(asking, forger, tmp_path):
    """Two roots for one size raise the alarm and are kept."""
    add(asking, asked(forger, 0))
    forger.entries[3] = b"another"

    told = add(asking, asked(forger, 300))

    assert (told.status_code, len(asking.forks)) == (422, 1)
    assert (tmp_path / "state.json.fork-1").exists()


def test_asked_where_nothing_can_be_kept(asking, forger, state):
    """A witness who cannot keep what she has seen cosigns nothing, and says that it is her fault."""
    state.mkdir()

    assert add(asking, asked(forger, 0)).status_code == 500


def test_what_she_cosigned_last(asking, forger):
    """Monitors can ask a witness for the last checkpoint that she cosigned."""
    path = "/2c9b5f8b0f9f0d8a/checkpoint"
    before = asking.get(path).status_code
    add(asking, asked(forger, 0))
    known = asking.get(f"/{origin_hash()}/checkpoint")

    assert (before, asking.get(path).status_code) == (404, 404)
    assert cosigned_by(Note.parse(known.text), KEY.vkey) is not None


def origin_hash():
    """The name of the log in the addresses of a witness."""
    return hashlib.sha256(b"forger.example").hexdigest()


def test_a_witness_without_a_log(tmp_path, forger):
    """A witness who knows no key of any log cosigns for none."""
    reply = Witness(KEY, tmp_path / "state.json", Clock()).add_checkpoint(asked(forger, 0))

    assert reply.status == 404


def test_a_door_that_is_taken(witness):
    """An address that is in use is named."""
    with door(witness, "127.0.0.1", 0, print) as port, pytest.raises(BadSetting, match=f"port {port}"):
        with door(witness, "127.0.0.1", port, print):
            pass
