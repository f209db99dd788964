"""Questions about pictures, on both databases: kept beside texts, hashed with them, erased with them."""

import hashlib
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from threading import Event

import pytest
from sqlalchemy import func, select

from arena.contest.battle import Side, VoidReason
from arena.contest.pairing import seats
from arena.contest.picture import Format, Header
from arena.contest.rules import Track, Verdict
from arena.errors import BadRequest, NoPicture, NoScore, NotACitizen, NotFound, RoundNotOpen, TooBusy
from arena.service.citizens import CONSENT
from arena.service.evaluators import Evaluators
from arena.service.pictures import AT_ONCE, MOST_LOOSE, MOST_WAITING, Pictures
from arena.store import pictures as store
from arena.store import votes
from arena.store.tables import pictures as table
from arena.store.tables import turn_pictures, turns
from tests.leading import ledger, lifecycle, surely

REPLIES = {Side.A: "첫째 답", Side.B: "둘째 답"}
FILE = b"\xff\xd8 a picture that is easy to find"
SEEING = ("gulleongsoe", "beodeulchi", "mulsujebi")


@pytest.fixture
def contest(contest):
    """A round that takes pictures; three of its five contestants do."""
    of_all = contest.roster.contestants
    roster = replace(
        contest.roster, contestants=tuple(replace(one, images=one.id in SEEING) for one in of_all)
    )
    rules = replace(contest.rules, tracks=(Track.OPEN, Track.OPEN_PICTURES), controls=1)
    return replace(contest, rules=rules, roster=roster)


@pytest.fixture
def pictures(arena):
    """Her pictures; what is sent is kept as it is."""
    return Pictures(arena.store, arena.round, as_it_is, arena.clock, arena.chance)


def as_it_is(file):
    return file, Header(Format.JPEG, 640, 480)


def ask(arena, voter, *images, prompt="이 사진을 설명해 주세요."):
    battle_id = arena.citizens.new_battle_id()
    return arena.citizens.open_battle(battle_id, voter, prompt, "general", "ko", images)


def another(arena):
    return arena.citizens.voter(arena.citizens.consent(None, CONSENT))


def count(arena, what):
    with arena.store.reading() as connection:
        return connection.execute(select(func.count()).select_from(what)).scalar_one()


def test_only_those_who_take_pictures_are_asked(arena, voter, pictures):
    """A question with a picture has battle numbers and seats of its own, among those that take pictures."""
    found = []
    for _ in range(4):
        battle = ask(arena, voter, pictures.add(voter, FILE).id)
        found.append((battle.track, battle.number, battle.seats))
        arena.citizens.answered(battle.id, REPLIES)
        arena.citizens.cast_vote(battle.id, voter, Verdict.A)
    plain = ask(arena, voter)

    wanted = [seats(arena.round.seed, Track.OPEN_PICTURES, number, SEEING, 1) for number in (1, 2, 3, 4)]
    assert found == [(Track.OPEN_PICTURES, number, sat) for number, sat in enumerate(wanted, 1)]
    assert (plain.track, plain.number) == (Track.OPEN, 1)


def test_what_a_contestant_is_asked(arena, voter, pictures):
    """The picture comes before the text, in every later turn too."""
    battle = ask(arena, voter, pictures.add(voter, FILE).id)
    arena.citizens.answered(battle.id, REPLIES)
    battle = arena.citizens.ask_on(battle.id, voter, "더 자세히요")

    first, _, last = battle.messages(Side.A, "", arena.citizens.pictures_of(battle))
    kinds = [part["type"] for part in first["content"]]
    assert kinds == ["image_url", "text"]
    assert first["content"][0]["image_url"]["url"].startswith("data:image/jpeg;base64,/9gg")
    assert first["content"][1]["text"] == "이 사진을 설명해 주세요."
    assert last["content"] == "더 자세히요"


def test_the_ledger_commits_to_the_picture(arena, voter, pictures):
    """The hash of a prompt is made of its text and of the hash of its picture."""
    battle = ask(arena, voter, pictures.add(voter, FILE).id)
    arena.citizens.answered(battle.id, REPLIES)

    with arena.store.reading() as connection:
        salt = connection.execute(select(turns.c.prompt_salt).where(turns.c.battle == battle.id)).scalar_one()
    asked = "이 사진을 설명해 주세요.".encode() + b"\x00" + hashlib.sha256(FILE).digest()
    wanted = hashlib.sha256(salt + asked).hexdigest()
    told = [payload["prompt"] for _, payload in ledger(arena) if "prompt" in payload]
    assert told == [wanted, wanted]


def test_pictures_do_not_score_apart_from_the_rules(arena, voter, pictures):
    """Where the rules name no track of pictures as scoring, votes on them are in no count."""
    battle = ask(arena, voter, pictures.add(voter, FILE).id)
    arena.citizens.answered(battle.id, REPLIES)
    arena.citizens.cast_vote(battle.id, voter, Verdict.A)

    with arena.store.reading() as connection:
        counted = votes.cells(connection, arena.contest.rules.round_id, arena.contest.scoring)
    assert counted == ()
    assert arena.citizens.me(None).votes == 0


def test_standings_apart(arena, pictures):
    """The track of pictures has standings of its own, of those that take pictures."""
    for _ in range(4):
        voter = another(arena)
        for verdict in (Verdict.A, Verdict.TIE, Verdict.B, Verdict.TIE):
            battle = ask(arena, voter, pictures.add(voter, FILE).id)
            arena.citizens.answered(battle.id, REPLIES)
            arena.citizens.cast_vote(battle.id, voter, verdict)
    evaluators = Evaluators(arena.store, arena.round, arena.clock)
    drawn = [seats(arena.round.seed, Track.OPEN_PICTURES, number, SEEING, 1) for number in range(1, 17)]
    alone = [sat for sat in drawn if sat[Side.A] == sat[Side.B]]

    made = evaluators.standings(Track.OPEN_PICTURES)

    assert {row.contestant for row in made.rows} == set(SEEING)
    assert made.votes + len(alone) == 16
    with pytest.raises(NoScore):
        evaluators.standings()


def test_blindness_is_measured_without_them(arena, voter, pictures):
    """Who takes no pictures answers no such question: programs and voters would be told by the question."""
    for images in ((pictures.add(voter, FILE).id,), ()):
        battle = ask(arena, voter, *images)
        arena.citizens.answered(battle.id, REPLIES)
        arena.citizens.cast_vote(battle.id, voter, Verdict.A, guess=dict.fromkeys(Side, SEEING[0]))

    found = Evaluators(arena.store, arena.round, arena.clock).blindness()

    assert (found.battles, found.prompts, found.guesses) == (1, 1, 1)


def test_seen_again(arena, voter, pictures):
    """She sees her picture in her battle; nobody else does."""
    picture = pictures.add(voter, FILE)
    battle = ask(arena, voter, picture.id)

    assert arena.citizens.battle(battle.id, voter).turns[0].pictures == (picture,)
    assert pictures.read(voter, picture.id) == FILE
    with pytest.raises(NotFound):
        pictures.read(another(arena), picture.id)


def test_pictures_of_others(arena, voter, pictures):
    """Nobody asks about another's picture, or about one that is not there, and no battle is opened."""
    others = pictures.add(another(arena), FILE)

    for image in (others.id, "0" * 32, "", "' OR 1=1 --"):
        with pytest.raises(NoPicture):
            ask(arena, voter, image)
        with pytest.raises(NoPicture):
            arena.citizens.check_may_open(voter, "질문", "general", "ko", [image])
    assert "BattleOpened" not in [kind for kind, _ in ledger(arena)]


def test_erased(arena, voter, pictures, tmp_path):
    """Erasing her record erases her pictures, those of battles and those nothing was asked about."""
    asked, loose = pictures.add(voter, FILE), pictures.add(voter, FILE)
    others = pictures.add(another(arena), b"another's")
    battle = ask(arena, voter, asked.id)
    arena.citizens.answered(battle.id, REPLIES)

    arena.citizens.erase(voter)

    for gone in (asked, loose):
        with pytest.raises(NotFound):
            pictures.read(voter, gone.id)
    assert (count(arena, table), count(arena, turn_pictures)) == (1, 0)
    assert others.digest == hashlib.sha256(b"another's").hexdigest()
    assert arena.citizens.battle(battle.id, voter).turns[0].pictures == ()
    kept = b"".join(file.read_bytes() for file in tmp_path.glob("arena.db*"))
    assert FILE not in kept


def test_erased_while_being_asked(arena, voter, pictures):
    """A battle whose picture is erased before the contestants are asked is not asked without it."""
    battle = ask(arena, voter, pictures.add(voter, FILE).id)
    arena.citizens.erase(voter)

    with pytest.raises(NoPicture):
        arena.citizens.pictures_of(battle)


def test_erased_while_being_decoded(arena, voter):
    """A picture whose sender erases her record before it is decoded is not kept."""

    def slow(file):
        arena.citizens.erase(voter)
        return as_it_is(file)

    with pytest.raises(NotACitizen):
        Pictures(arena.store, arena.round, slow, arena.clock, arena.chance).add(voter, FILE)
    assert count(arena, table) == 0


def test_taken_away(arena, voter, pictures):
    """A picture that nothing was asked about can be taken away; one of a battle stays with it."""
    loose, asked = pictures.add(voter, FILE), pictures.add(voter, FILE)
    ask(arena, voter, asked.id)
    stranger = another(arena)

    pictures.remove(stranger, loose.id)
    assert pictures.read(voter, loose.id) == FILE
    for one in (loose, asked):
        pictures.remove(voter, one.id)
    with pytest.raises(NotFound):
        pictures.read(voter, loose.id)
    assert pictures.read(voter, asked.id) == FILE


def test_asked_about_again(arena, voter, pictures):
    """After a void the same picture can be asked about once more."""
    picture = pictures.add(voter, FILE)
    first = ask(arena, voter, picture.id)
    arena.citizens.failed(first.id, VoidReason.REPLY_FAILED)

    second = ask(arena, voter, picture.id)

    assert second.turns[0].pictures == first.turns[0].pictures == (picture,)


def test_few_are_kept(arena, voter, pictures):
    """Of pictures that nothing is asked about the newest few are kept, and none for longer than a day."""
    asked = pictures.add(voter, FILE)
    battle = ask(arena, voter, asked.id)
    arena.citizens.answered(battle.id, REPLIES)
    arena.citizens.cast_vote(battle.id, voter, Verdict.A)
    for _ in range(MOST_LOOSE + 3):
        arena.clock.advance(seconds=1)
        pictures.add(voter, FILE)
    assert count(arena, table) == MOST_LOOSE + 1

    arena.clock.advance(days=1, seconds=1)
    pictures.add(another(arena), FILE)

    assert count(arena, table) == 2
    assert pictures.read(voter, asked.id) == FILE


def test_few_are_kept_of_all(arena, voter, pictures):
    """However many citizens add pictures and ask nothing, so many are kept in all; the oldest go first."""
    asked = pictures.add(voter, FILE)
    ask(arena, voter, asked.id)
    loose = []
    for _ in range(5):
        arena.clock.advance(seconds=1)
        citizen = another(arena)
        loose.append((citizen, pictures.add(citizen, FILE).id))

    with arena.store.writing() as connection:
        store.tidy(connection, voter, 4, 3, arena.clock() - timedelta(days=1))

    assert count(arena, table) == 4
    for citizen, kept in loose[2:]:
        assert pictures.read(citizen, kept) == FILE
    assert pictures.read(voter, asked.id) == FILE


def test_close_leaves_none_but_those_asked_about(arena, voter, pictures):
    """Once the round is closed nothing can be asked about a picture any more, so it is not kept."""
    asked, _ = pictures.add(voter, FILE), pictures.add(another(arena), FILE)
    ask(arena, voter, asked.id)

    surely(lifecycle(arena).close)

    assert count(arena, table) == 1
    assert pictures.read(voter, asked.id) == FILE


def test_who_may_add(arena, voter, pictures):
    """No picture is taken from whoever may not ask now, and none is decoded."""
    with pytest.raises(NotACitizen):
        pictures.add("A" * 26, FILE)
    arena.clock.now = arena.contest.rules.closes
    with pytest.raises(RoundNotOpen):
        pictures.add(voter, FILE)


def test_no_more_than_the_rules_allow(arena, voter, pictures):
    """A question comes with one picture at most."""
    images = [pictures.add(voter, FILE).id for _ in range(2)]

    with pytest.raises(BadRequest):
        ask(arena, voter, *images)


def test_line_before_the_decoders(arena, voter):
    """So many pictures are decoded at once, so many wait, and the next is told to come again."""
    going, begun = Event(), []

    def slow(file):
        begun.append(file)
        going.wait(30)
        return as_it_is(file)

    pictures = Pictures(arena.store, arena.round, slow, arena.clock, arena.chance)
    over = 4
    with ThreadPoolExecutor(MOST_WAITING + over) as threads:
        adding = [threads.submit(pictures.add, voter, FILE) for _ in range(MOST_WAITING + over)]
        refused = list(islice(as_completed(adding, 30), over))
        at_once = len(begun)
        going.set()
        kept = [one.result(30) for one in adding if one not in refused]

    assert [type(one.exception()) for one in refused] == [TooBusy] * over
    assert at_once <= AT_ONCE
    assert len(begun) == len(kept) == MOST_WAITING


class TestWithoutPictures:
    """A round whose rules name no track of pictures."""

    @pytest.fixture
    def contest(self, contest):
        """The same, without pictures."""
        return replace(contest, rules=replace(contest.rules, tracks=(Track.OPEN,)))

    def test_none_are_taken(self, arena, voter, pictures):
        """Neither a picture nor a question with one is taken."""
        with pytest.raises(BadRequest):
            pictures.add(voter, FILE)
        with pytest.raises(BadRequest):
            ask(arena, voter, "0" * 32)
        assert count(arena, turns) == 0
