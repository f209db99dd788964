"""What citizens can do, on both databases: every rule holds, every change is on the ledger."""

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from arena.contest.battle import Side, Stage, VoidReason
from arena.contest.feedback import Feedback, Harm, Reason
from arena.contest.pairing import seats
from arena.contest.rules import Reveal, Track, Verdict
from arena.errors import (
    AlreadyVoted,
    ArenaError,
    BadPrompt,
    BadRequest,
    BattleRunning,
    CapReached,
    Fault,
    GivenUpTooOften,
    NotACitizen,
    NotAtThisStage,
    NotFound,
    RoundNotOpen,
)
from arena.service.citizens import CONSENT, Citizens
from arena.store import asking, record, votes

REPLIES = {Side.A: "첫째 답", Side.B: "둘째 답"}


def ask(arena, voter, prompt="하늘은 왜 파란가요?", category="general"):
    return arena.citizens.open_battle(arena.citizens.new_battle_id(), voter, prompt, category, "ko")


def answered(arena, voter, **asked):
    battle = ask(arena, voter, **asked)
    arena.citizens.answered(battle.id, REPLIES)
    return battle


def another(arena):
    return arena.citizens.voter(arena.citizens.consent(None, CONSENT))


def ledger(arena):
    """Give (type, payload) of every entry, each checked against its commitment."""
    with arena.store.reading() as connection:
        lines = list(record.lines(connection))
    found = []
    for line in lines:
        public = json.loads(line.entry)
        assert public["commit"] == hashlib.sha256(line.salt + line.payload).hexdigest()
        assert line.leaf == hashlib.sha256(b"\x00" + line.entry).hexdigest()
        found.append((public["type"], json.loads(line.payload)))
    return found


def test_whole_battle(arena, voter):
    """A battle goes from question to vote, and the receipt names its entry."""
    battle = answered(arena, voter)

    receipt = arena.citizens.cast_vote(battle.id, voter, Verdict.A)

    kinds = [kind for kind, _ in ledger(arena)]
    opening = ["RoundOpened", "RulesFrozen", "RosterFrozen", "SeedCommitted", "BeaconDrawn"]
    assert kinds == [*opening, "BattleOpened", "RepliesCommitted", "VoteCast"]
    assert (receipt.index, receipt.votes, receipt.votes_per_person) == (7, 1, 5)
    assert arena.citizens.battle(battle.id, voter).stage is Stage.VOTED


def test_seats_are_drawn_from_the_seed(arena, voter):
    """The seats of every battle are those that the committed seed and its number give."""
    drawn = []
    for _ in range(4):
        battle = answered(arena, voter)
        arena.citizens.cast_vote(battle.id, voter, Verdict.TIE)
        drawn.append(battle)

    ids = arena.contest.roster.ids
    again = [
        seats(arena.round.seed, Track.OPEN, number, ids, arena.contest.rules.controls)
        for number in (1, 2, 3, 4)
    ]
    assert [battle.seats for battle in drawn] == again


def test_texts_are_not_in_the_ledger(arena, voter):
    """The ledger holds a salted hash of each text and never the text."""
    battle = answered(arena, voter, prompt="비밀스러운 질문")
    arena.citizens.cast_vote(battle.id, voter, Verdict.A, Feedback(comment="비밀스러운 말"))

    with arena.store.reading() as connection:
        everything = b"".join(line.payload + line.entry for line in record.lines(connection))

    assert "비밀".encode() not in everything
    assert REPLIES[Side.A].encode() not in everything


def test_ask_on(arena, voter):
    """Asking on brings both sides a second turn with the whole conversation, up to the rule."""
    battle = answered(arena, voter)
    for _ in range(2):
        battle = arena.citizens.ask_on(battle.id, voter, "더 쉽게요")
        arena.citizens.answered(battle.id, REPLIES)

    roles = [message["role"] for message in battle.messages(Side.A, "답하세요.")]
    assert roles == ["system", "user", "assistant", "user", "assistant", "user"]
    with pytest.raises(NotAtThisStage):
        arena.citizens.ask_on(battle.id, voter, "한 번 더요")


@pytest.mark.parametrize("prompt", ["", "   \n", "\x00\x01", "가" * 4001])
def test_bad_prompt(arena, voter, prompt):
    """A prompt that cannot be asked opens no battle."""
    with pytest.raises(BadPrompt):
        ask(arena, voter, prompt=prompt)

    assert arena.citizens.me(None).battle is None
    assert [kind for kind, _ in ledger(arena)][5:] == []


@pytest.mark.parametrize(
    "prompt", ["😀👩‍👩‍👧", "مرحبا بالعالم", "<script>alert(1)</script>", "a'; DROP TABLE votes; --"]
)
def test_strange_prompt(arena, voter, prompt):
    """Emoji, right-to-left text, HTML and SQL are prompts like any other, kept to the letter."""
    battle = ask(arena, voter, prompt=prompt)

    assert arena.citizens.battle(battle.id, voter).turns[0].prompt == prompt


def test_unknown_category_and_language(arena, voter):
    """A category or language that the round does not have is refused."""
    with pytest.raises(BadRequest):
        ask(arena, voter, category="astrology")
    with pytest.raises(BadRequest):
        arena.citizens.open_battle(arena.citizens.new_battle_id(), voter, "질문", "general", "xx")


def test_consent_comes_first(arena):
    """Nobody asks before consenting to the current notice."""
    stranger = "A" * 26

    with pytest.raises(NotACitizen):
        ask(arena, stranger)
    with pytest.raises(BadRequest):
        arena.citizens.consent(None, "an older notice")


def test_consent_keeps_a_citizen(arena):
    """Consenting again keeps the citizen's token; a forged one is replaced."""
    token = arena.citizens.consent(None, CONSENT)

    assert arena.citizens.consent(token, CONSENT) == token
    assert arena.citizens.consent("forged." + "x" * 43, CONSENT) != "forged." + "x" * 43


def test_one_battle_at_a_time(arena, voter):
    """A citizen with a running battle is led back to it."""
    battle = ask(arena, voter)

    with pytest.raises(BattleRunning, match=battle.id):
        ask(arena, voter)
    assert arena.citizens.voter(None) is None


@pytest.mark.parametrize("stage", ["answering", "void", "voted"])
def test_vote_at_the_wrong_stage(arena, voter, stage):
    """A battle takes a vote only once both replies are there, and only one."""
    battle = ask(arena, voter)
    if stage == "void":
        arena.citizens.failed(battle.id, VoidReason.REPLY_FAILED, Side.A, Fault.CUT)
    if stage == "voted":
        arena.citizens.answered(battle.id, REPLIES)
        arena.citizens.cast_vote(battle.id, voter, Verdict.B)

    with pytest.raises(AlreadyVoted if stage == "voted" else NotAtThisStage):
        arena.citizens.cast_vote(battle.id, voter, Verdict.A)


def test_another_citizens_battle(arena, voter):
    """To anybody else a battle does not exist."""
    battle, stranger = answered(arena, voter), another(arena)

    for act in (
        lambda: arena.citizens.battle(battle.id, stranger),
        lambda: arena.citizens.cast_vote(battle.id, stranger, Verdict.A),
        lambda: arena.citizens.ask_on(battle.id, stranger, "질문"),
        lambda: arena.citizens.skip(battle.id, stranger),
        lambda: arena.citizens.report(battle.id, stranger, 1, Side.A, Harm.OTHER, ""),
    ):
        with pytest.raises(NotFound):
            act()


def test_same_verdict_again(arena, voter):
    """The same verdict again gives the same receipt and keeps what was said beside it."""
    battle = answered(arena, voter)
    first = arena.citizens.cast_vote(battle.id, voter, Verdict.A)
    said = Feedback({Side.A: (Reason.CLEAR,), Side.B: (Reason.WORDY, Reason.WRONG)}, "좋았어요")

    again = arena.citizens.cast_vote(battle.id, voter, Verdict.A, said)

    assert again == first
    assert arena.citizens.battle(battle.id, voter).feedback == said


def test_verdict_that_the_rules_do_not_have(arena, voter):
    """A verdict outside the rules is refused, not taken for another."""
    rules = replace(arena.contest.rules, verdicts=(Verdict.A, Verdict.B))
    strict = replace(arena.round, contest=replace(arena.contest, rules=rules))
    citizens = Citizens(arena.store, strict, arena.secrets.get("citizen.key"), arena.clock, arena.chance)
    battle = answered(arena, voter)

    with pytest.raises(BadRequest):
        citizens.cast_vote(battle.id, voter, Verdict.TIE)


def test_comment_too_long(arena, voter):
    """A comment over the limit is refused whole, and no vote is cast by it."""
    battle = answered(arena, voter)

    with pytest.raises(BadRequest):
        arena.citizens.cast_vote(battle.id, voter, Verdict.A, Feedback(comment="가" * 2001))
    assert arena.citizens.battle(battle.id, voter).stage is Stage.OPEN


def test_cap(arena, voter):
    """After the last vote of the rules no battle is opened."""
    for _ in range(5):
        arena.citizens.cast_vote(answered(arena, voter).id, voter, Verdict.A)

    with pytest.raises(CapReached):
        ask(arena, voter)


def test_closing_time(arena, voter):
    """At the closing moment neither question nor vote is taken, and the open battle is still hers to see."""
    battle = answered(arena, voter)
    arena.clock.now = arena.contest.rules.closes

    with pytest.raises(RoundNotOpen):
        arena.citizens.cast_vote(battle.id, voter, Verdict.A)
    with pytest.raises(RoundNotOpen):
        arena.citizens.ask_on(battle.id, voter, "질문")
    with pytest.raises(RoundNotOpen):
        ask(arena, another(arena))
    assert arena.citizens.battle(battle.id, voter).stage is Stage.OPEN


def test_a_clock_that_was_ahead(arena, voter):
    """Where an entry already shows the closing time, no vote is taken by a clock that was put back since.

    Its entry could show no earlier time, and no verifier would take it for one of the round.
    """
    battle, lost = answered(arena, voter), ask(arena, another(arena))
    before = arena.clock.now
    arena.clock.now = arena.contest.rules.closes
    arena.citizens.failed(lost.id, VoidReason.RESTARTED)
    arena.clock.now = before

    with pytest.raises(RoundNotOpen):
        arena.citizens.cast_vote(battle.id, voter, Verdict.A)
    with pytest.raises(RoundNotOpen):
        ask(arena, another(arena))


@pytest.mark.parametrize("side", list(Side))
def test_failed_side(arena, voter, side):
    """The ledger says whose fault a void was; what the citizen sees is the same for either side."""
    battle = ask(arena, voter)

    arena.citizens.failed(battle.id, VoidReason.REPLY_FAILED, side, Fault.STALLED)

    kind, payload = ledger(arena)[-1]
    assert kind == "BattleVoided"
    assert (payload["side"], payload["fault"], payload["reason"]) == (side, "stalled", "reply_failed")
    view = arena.citizens.battle(battle.id, voter)
    assert (view.void_reason, view.teams) == (VoidReason.REPLY_FAILED, None)
    assert ask(arena, voter).number == battle.number + 1


def test_skip(arena, voter):
    """An open battle can be given up, on record; one that is being answered cannot."""
    battle = ask(arena, voter)
    with pytest.raises(NotAtThisStage):
        arena.citizens.skip(battle.id, voter)
    arena.citizens.answered(battle.id, REPLIES)

    arena.citizens.skip(battle.id, voter)

    assert ledger(arena)[-1][1]["reason"] == "skipped"


def test_restart_voids_what_was_lost(arena, voter):
    """Answers that a stopped server lost are void on record, and open battles stay open."""
    lost, kept = ask(arena, voter), answered(arena, another(arena))

    count = arena.citizens.void_unanswered()

    assert count == 1
    assert arena.citizens.battle(lost.id, voter).void_reason is VoidReason.RESTARTED
    assert arena.citizens.battle(kept.id, kept.voter).stage is Stage.OPEN


@pytest.mark.parametrize(
    ("reveal", "over", "named"),
    [
        (Reveal.NEVER, True, False),
        (Reveal.AFTER_ROUND, False, False),
        (Reveal.AFTER_ROUND, True, True),
        (Reveal.AFTER_VOTE, False, True),
    ],
)
def test_reveal(arena, voter, reveal, over, named):
    """Teams are named when the rules say so and not before."""
    rules = replace(arena.contest.rules, reveal=reveal)
    round_ = replace(arena.round, contest=replace(arena.contest, rules=rules))
    citizens = Citizens(arena.store, round_, arena.secrets.get("citizen.key"), arena.clock, arena.chance)
    battle = answered(arena, voter)
    assert citizens.battle(battle.id, voter).teams is None
    citizens.cast_vote(battle.id, voter, Verdict.A)
    if over:
        arena.clock.now = rules.closes

    teams = citizens.battle(battle.id, voter).teams

    assert (teams is not None) is named


def test_erase(arena):
    """Erasing takes every text of hers and her consent; votes and the ledger stay whole."""
    token = arena.citizens.consent(None, CONSENT)
    voter = arena.citizens.voter(token)
    battle = answered(arena, voter, prompt="지워 주세요")
    arena.citizens.cast_vote(battle.id, voter, Verdict.A, Feedback(comment="이 말도요"))
    running = answered(arena, voter, prompt="이것도요")
    before = ledger(arena)

    arena.citizens.erase(voter)

    after, me = ledger(arena), arena.citizens.me(token)
    assert after[: len(before)] == before
    assert after[-1][1]["battle"] == running.id
    assert (me.consented, me.votes, me.battle) == (False, 1, None)
    assert {line.prompt for line in me.record} == {""}
    view = arena.citizens.battle(battle.id, voter)
    assert set(view.turns[0].replies.values()) == {""}
    assert view.feedback.comment == ""


def test_report(arena, voter):
    """A reply of a turn can be reported once it is there; again, the last comment counts."""
    battle = ask(arena, voter)
    with pytest.raises(NotFound):
        arena.citizens.report(battle.id, voter, 1, Side.A, Harm.HATEFUL, "")
    arena.citizens.answered(battle.id, REPLIES)

    arena.citizens.report(battle.id, voter, 1, Side.A, Harm.HATEFUL, "")
    arena.citizens.report(battle.id, voter, 1, Side.A, Harm.HATEFUL, " 심해요\x00 ")
    arena.citizens.ask_on(battle.id, voter, "그리고?")
    with pytest.raises(NotFound):
        arena.citizens.report(battle.id, voter, 2, Side.A, Harm.HATEFUL, "")

    with arena.store.reading() as connection:
        reports = connection.exec_driver_sql("SELECT turn, side, comment FROM reports").all()
    assert [tuple(report) for report in reports] == [(1, "a", "심해요")]


def test_eighty_votes_at_once(arena):
    """Eighty different battles voted on eight threads are eighty votes, in one order."""
    voters = [another(arena) for _ in range(80)]
    asked = [(answered(arena, voter).id, voter) for voter in voters]

    with ThreadPoolExecutor(8) as pool:
        receipts = list(pool.map(lambda one: arena.citizens.cast_vote(*one, Verdict.A), asked))

    with arena.store.reading() as connection:
        recorded = votes.recorded(connection, arena.contest.rules.round_id)
    assert len({receipt.index for receipt in receipts}) == 80
    assert {battle: sequence for battle, (_, sequence) in recorded.items()} == {
        receipt.battle: receipt.index for receipt in receipts
    }


def test_one_battle_voted_a_hundred_times(arena, voter):
    """One battle voted a hundred times at once, both ways, is one vote."""
    battle = answered(arena, voter)

    def vote(number):
        try:
            return arena.citizens.cast_vote(battle.id, voter, (Verdict.A, Verdict.B)[number % 2]).index
        except ArenaError as error:
            return type(error)

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(vote, range(100)))

    with arena.store.reading() as connection:
        assert votes.counts(connection, arena.contest.rules.round_id).votes == 1
    assert sum(answer is AlreadyVoted for answer in answers) == 50
    assert len({answer for answer in answers if answer is not AlreadyVoted}) == 1
    assert sum(kind == "VoteCast" for kind, _ in ledger(arena)) == 1


def test_cap_raced(arena, voter):
    """A hundred questions raced at the cap give the last vote once, and battle numbers stay gapless."""

    def one(_):
        try:
            return arena.citizens.cast_vote(answered(arena, voter).id, voter, Verdict.A).votes
        except ArenaError:
            return None

    with ThreadPoolExecutor(16) as pool:
        counts = [count for count in pool.map(one, range(100)) if count]

    with arena.store.reading() as connection:
        cast = votes.votes_of(connection, arena.contest.rules.round_id, voter)
        drawn = asking.asker(connection, arena.contest.rules.round_id, voter, CONSENT, Track.OPEN).drawn
    assert cast == len(counts) <= 5
    assert drawn == sum(kind == "BattleOpened" for kind, _ in ledger(arena))


def test_giving_up_too_often(arena, voter):
    """Who gives battles up to wait for a pair is stopped; voids by teams or restarts do not count."""
    allowed = arena.contest.rules.given_up_per_person
    for _ in range(3):
        arena.citizens.failed(ask(arena, voter).id, VoidReason.REPLY_FAILED, Side.A, Fault.CUT)
        arena.citizens.failed(ask(arena, voter).id, VoidReason.RESTARTED)
    for number in range(allowed + 1):
        if number % 2:
            arena.citizens.skip(answered(arena, voter).id, voter)
        else:
            arena.citizens.failed(ask(arena, voter).id, VoidReason.CITIZEN_LEFT)

    with pytest.raises(GivenUpTooOften):
        ask(arena, voter)
    ask(arena, another(arena))


def test_personal_data_is_never_stored(arena, voter):
    """Numbers of persons are taken out of every prompt before it is stored or a team is asked."""
    battle = answered(arena, voter, prompt="010-1234-5678로 문자를 쓰고 싶어요")

    further = arena.citizens.ask_on(battle.id, voter, "a@example.com으로 보내려면요?")

    assert [turn.prompt for turn in further.turns] == [
        "[전화번호]로 문자를 쓰고 싶어요",
        "[이메일]으로 보내려면요?",
    ]
    assert arena.citizens.battle(battle.id, voter).turns[1].prompt == further.turns[1].prompt


def test_erased_texts_are_not_in_the_files(arena, tmp_path):
    """What a citizen has erased is in no file of the database any more."""
    if not arena.store.is_sqlite:
        return
    voter = another(arena)
    answered(arena, voter, prompt="비밀 이야기 지워 주세요")

    arena.citizens.erase(voter)

    files = [file.read_bytes() for file in tmp_path.glob("arena.db*")]
    assert not any("비밀 이야기".encode() in content for content in files)


def test_personal_data_in_comments_is_never_stored(arena, voter):
    """A number of a person is taken out of what is said beside a vote or in a report, in her language."""
    battle = answered(arena, voter)
    said = Feedback(comment="010-1234-5678로 연락 주세요")
    arena.citizens.cast_vote(battle.id, voter, Verdict.A, said)
    arena.citizens.report(battle.id, voter, 1, Side.A, Harm.PRIVATE, "a@example.com이 나와요")
    with arena.store.reading() as connection:
        reported = connection.exec_driver_sql("SELECT comment FROM reports").scalar_one()

    assert arena.citizens.battle(battle.id, voter).feedback.comment == "[전화번호]로 연락 주세요"
    assert reported == "[이메일]이 나와요"


def test_prompts_that_ask_who_answers_are_counted(arena, voter):
    """A citizen who asks who answers gets her battle like everybody else; it is only counted."""
    battle = answered(arena, voter, prompt="너 누구야?")
    arena.citizens.ask_on(battle.id, voter, "Which model are you?")
    arena.citizens.answered(battle.id, REPLIES)
    arena.citizens.ask_on(battle.id, voter, "하늘은 왜 파란가요?")

    assert arena.citizens.identity_prompts == 2
