"""What a citizen can do: consent, ask, ask on, vote, say why, report, look at her record, erase it.

Every change is one transaction under the writer lock, with its ledger entry inside. What is answered
to the citizen has been committed.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from arena.contest.battle import (
    Battle,
    BattleId,
    Replies,
    Side,
    Stage,
    Turn,
    VoidReason,
    VoterId,
    clean_prompt,
)
from arena.contest.feedback import Feedback, Harm, clean_comment
from arena.contest.pairing import seats
from arena.contest.rules import Reveal, Track, Verdict
from arena.errors import (
    AlreadyVoted,
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
from arena.identity.citizen import REFERENCE_BYTES, new_token, reference, voter_id
from arena.ledger import entries
from arena.ledger.entries import SALT_BYTES, EntryType, commitment
from arena.service.rounds import Clock, Random, Round
from arena.service.views import BattleView, Me, Named, Receipt
from arena.store import battles, record, votes
from arena.store.session import Store, Transaction

CONSENT = "2026-11-1"
"""The version of the notice that citizens consent to."""

RECORD_LENGTH = 50
LANGUAGES = ("ko", "en")
GENERAL = "general"


class Citizens:
    """The citizens of one round."""

    def __init__(self, store: Store, round_: Round, token_key: bytes, clock: Clock, random: Random) -> None:
        """Serve `round_` out of `store`; tokens are signed with `token_key`."""
        self._store = store
        self._round = round_
        self._rules = round_.contest.rules
        self._key = token_key
        self._clock = clock
        self._random = random

    # Who she is

    def voter(self, token: str | None) -> VoterId | None:
        """Give the pseudonym of a token's holder in this round, or None for no or a forged token."""
        found = reference(self._key, token)
        return voter_id(self._round.pepper, found) if found else None

    def consent(self, token: str | None, version: str) -> str:
        """Put a consent on record and give the citizen's token, a new one where hers is not valid.

        Raises:
            BadRequest: it is not the version of the current notice.
        """
        if version != CONSENT:
            raise BadRequest(f"the current notice is {CONSENT}")
        voter = self.voter(token)
        if token is None or voter is None:
            token = new_token(self._key, self._random(REFERENCE_BYTES))
            voter = voter_id(self._round.pepper, str(reference(self._key, token)))
        with self._store.writing() as connection:
            votes.consent(connection, voter, version, self._clock())
        return token

    def me(self, token: str | None) -> Me:
        """Give a citizen's own record; an empty one for whoever has not begun."""
        voter = self.voter(token)
        cap = self._rules.votes_per_person
        if voter is None:
            return Me(consented=False, votes=0, votes_per_person=cap, battle=None, record=())
        with self._store.reading() as connection:
            return Me(
                consented=votes.has_consented(connection, voter, CONSENT),
                votes=votes.votes_of(connection, self._rules.round_id, voter),
                votes_per_person=cap,
                battle=battles.live(connection, voter),
                record=battles.record_of(connection, voter, RECORD_LENGTH),
            )

    def erase(self, voter: VoterId) -> None:
        """Erase a citizen's texts and consent and give up her running battle; votes stay, as pseudonyms."""
        with self._store.writing() as connection:
            running = battles.live(connection, voter)
            if running:
                self._void(connection, self._existing(connection, running), VoidReason.SKIPPED)
            battles.erase_texts(connection, voter)
            votes.erase_comments(connection, voter)
            votes.withdraw_consent(connection, voter)
        self._store.forget()

    # A battle

    def new_battle_id(self) -> BattleId:
        """Draw the id of a battle to be opened."""
        return BattleId(self._random(16).hex())

    def open_battle(
        self, battle_id: BattleId, voter: VoterId, prompt: str, category: str, language: str
    ) -> Battle:
        """Draw the seats and put the battle on record, before any contestant is asked.

        Raises:
            BadPrompt: the prompt is empty, too long or unreadable.
            BadRequest: category or language are not among those of the round.
            NotACitizen: no consent to the current notice.
            RoundNotOpen: before the opening or after the closing time.
            CapReached: all her votes are cast.
            GivenUpTooOften: she has given up more battles than the rules allow.
            BattleRunning: she has a battle that is not over.
        """
        prompt = clean_prompt(prompt, self._rules.max_prompt)
        if category not in self._rules.categories or language not in LANGUAGES:
            raise BadRequest(f"no category {category!r} or language {language!r}")
        with self._store.writing() as connection:
            now = self._clock()
            self._check_may_ask(connection, voter, now)
            number = battles.next_number(connection, self._rules.round_id, Track.OPEN)
            battle = Battle(
                id=battle_id,
                round_id=self._rules.round_id,
                track=Track.OPEN,
                number=number,
                seats=seats(self._round.seed, Track.OPEN, number, self._round.contest.roster.ids),
                voter=voter,
                category=category,
                language=language,
                opened_at=now,
                stage=Stage.ANSWERING,
                turns=(Turn(prompt),),
            )
            battles.insert_battle(connection, battle)
            prompt_hash = self._put_prompt(connection, battle, now)
            opened = entries.battle_opened(battle, prompt_hash)
            self._append(connection, EntryType.BATTLE_OPENED, now, opened)
        return battle

    def ask_on(self, battle_id: BattleId, voter: VoterId, prompt: str) -> Battle:
        """Put another prompt to both sides.

        Raises:
            BadPrompt: the prompt is empty, too long or unreadable.
            NotFound: she has no such battle.
            NotAtThisStage: the battle is not open, or all turns are used.
            RoundNotOpen: before the opening or after the closing time.
        """
        prompt = clean_prompt(prompt, self._rules.max_prompt)
        with self._store.writing() as connection:
            now = self._clock()
            self._check_open(now)
            battle = self._hers(connection, battle_id, voter).prompted(prompt, self._rules)
            self._put_prompt(connection, battle, now)
            battles.save_stage(connection, battle, now)
        return battle

    def answered(self, battle_id: BattleId, replies: Replies) -> None:
        """Put both whole replies on record.

        Raises:
            NotAtThisStage: nobody waits for replies any more.
        """
        with self._store.writing() as connection:
            now = self._clock()
            battle = self._existing(connection, battle_id).answered(replies)
            salts = {side: self._random(SALT_BYTES) for side in Side}
            hashes = {side: commitment(salts[side], replies[side].encode()) for side in Side}
            battles.put_replies(connection, battle, replies, salts, now)
            battles.save_stage(connection, battle, now)
            salt = battles.prompt_salt(connection, battle)
            prompt_hash = commitment(salt, battle.turns[-1].prompt.encode())
            committed = entries.replies_committed(battle, prompt_hash, hashes)
            self._append(connection, EntryType.REPLIES_COMMITTED, now, committed)

    def failed(
        self, battle_id: BattleId, reason: VoidReason, side: Side | None = None, fault: Fault | None = None
    ) -> None:
        """Put on record that a battle is void, and whose fault it was.

        Raises:
            NotAtThisStage: it is already over.
        """
        with self._store.writing() as connection:
            self._void(connection, self._existing(connection, battle_id), reason, side, fault)

    def skip(self, battle_id: BattleId, voter: VoterId) -> None:
        """Give a battle up without a vote.

        Raises:
            NotFound: she has no such battle.
            NotAtThisStage: it is not open.
        """
        with self._store.writing() as connection:
            battle = self._hers(connection, battle_id, voter)
            if battle.stage is not Stage.OPEN:
                raise NotAtThisStage(f"skipping at stage {battle.stage.value}")
            self._void(connection, battle, VoidReason.SKIPPED)

    def void_unanswered(self) -> int:
        """Void every battle whose answers a stopped server has lost, and count them."""
        with self._store.writing() as connection:
            lost = battles.answering(connection)
            for battle in lost:
                self._void(connection, battle, VoidReason.RESTARTED)
        return len(lost)

    def battle(self, battle_id: str, voter: VoterId) -> BattleView:
        """Give what a citizen may see of her battle.

        Raises:
            NotFound: she has no such battle.
        """
        with self._store.reading() as connection:
            battle = self._hers(connection, battle_id, voter)
            return BattleView(
                battle=battle.id,
                stage=battle.stage,
                category=battle.category,
                turns=battle.turns,
                max_turns=self._rules.max_turns,
                verdict=battle.verdict,
                void_reason=battle.void_reason,
                feedback=votes.feedback_of(connection, battle),
                teams=self._teams(battle),
            )

    # Her vote

    def cast_vote(
        self, battle_id: str, voter: VoterId, verdict: Verdict, said: Feedback | None = None
    ) -> Receipt:
        """Cast the vote of a battle; the same verdict again gives the same receipt and keeps what is `said`.

        Raises:
            BadRequest: the rules do not know the verdict, or the comment is too long.
            NotFound: she has no such battle.
            NotAtThisStage: it waits for replies, or is void.
            AlreadyVoted: another verdict is on record.
            CapReached: all her votes are cast.
            RoundNotOpen: before the opening or after the closing time.
        """
        if verdict not in self._rules.verdicts:
            raise BadRequest(f"the rules have no verdict {verdict.value}")
        said = said and replace(said, comment=clean_comment(said.comment))
        with self._store.writing() as connection:
            battle = self._hers(connection, battle_id, voter)
            if battle.stage is not Stage.VOTED:
                battle = self._vote(connection, battle, verdict)
            elif battle.verdict is not verdict:
                raise AlreadyVoted(f"on record is {battle.verdict}")
            if said:
                votes.save_feedback(connection, battle, said, self._clock())
            return self._receipt(connection, battle)

    def report(self, battle_id: str, voter: VoterId, turn: int, side: Side, harm: Harm, comment: str) -> None:
        """Report the reply of a side in a turn (from 1) as harmful; again, the last comment counts.

        Raises:
            BadRequest: the comment is too long.
            NotFound: she has no such battle, or that turn holds no reply.
        """
        comment = clean_comment(comment)
        with self._store.writing() as connection:
            battle = self._hers(connection, battle_id, voter)
            if not 1 <= turn <= len(battle.turns) or battle.turns[turn - 1].replies is None:
                raise NotFound(f"turn {turn} holds no reply")
            votes.report(connection, battle, turn, side, harm, comment, self._clock())

    # Inside

    def _vote(self, connection: Transaction, battle: Battle, verdict: Verdict) -> Battle:
        now = self._clock()
        self._check_open(now)
        voted = battle.voted(verdict)
        nth = votes.votes_of(connection, battle.round_id, battle.voter) + 1
        if nth > self._rules.votes_per_person:
            raise CapReached
        cast = entries.vote_cast(voted, verdict, nth)
        index = self._append(connection, EntryType.VOTE_CAST, now, cast)
        votes.insert_vote(connection, voted, verdict, nth, index, now)
        battles.save_stage(connection, voted, now)
        return voted

    def _receipt(self, connection: Transaction, battle: Battle) -> Receipt:
        vote = votes.find(connection, battle)
        return Receipt(
            battle=battle.id,
            verdict=vote.verdict,
            index=vote.sequence,
            leaf=record.leaf(connection, vote.sequence),
            votes=votes.votes_of(connection, battle.round_id, battle.voter),
            votes_per_person=self._rules.votes_per_person,
            teams=self._teams(battle),
        )

    def _teams(self, battle: Battle) -> Mapping[Side, Named] | None:
        over = self._clock() >= self._rules.closes
        shown = {Reveal.NEVER: False, Reveal.AFTER_ROUND: over, Reveal.AFTER_VOTE: True}
        if battle.stage is not Stage.VOTED or not shown[self._rules.reveal]:
            return None
        roster = self._round.contest.roster
        seated = {side: roster[battle.seats[side]] for side in Side}
        return {side: Named(contestant.team, contestant.name) for side, contestant in seated.items()}

    def _void(
        self,
        connection: Transaction,
        battle: Battle,
        reason: VoidReason,
        side: Side | None = None,
        fault: Fault | None = None,
    ) -> None:
        now = self._clock()
        void = battle.failed(reason)
        battles.save_stage(connection, void, now)
        voided = entries.battle_voided(void, reason, side, fault)
        self._append(connection, EntryType.BATTLE_VOIDED, now, voided)

    def _put_prompt(self, connection: Transaction, battle: Battle, now: datetime) -> str:
        salt = self._random(SALT_BYTES)
        battles.insert_turn(connection, battle, salt, now)
        return commitment(salt, battle.turns[-1].prompt.encode())

    def _append(
        self, connection: Transaction, kind: EntryType, now: datetime, payload: entries.Payload
    ) -> int:
        return record.append(connection, kind, now, payload, self._random(SALT_BYTES)).sequence

    def _check_may_ask(self, connection: Transaction, voter: VoterId, now: datetime) -> None:
        if not votes.has_consented(connection, voter, CONSENT):
            raise NotACitizen("no consent to the current notice")
        self._check_open(now)
        if votes.votes_of(connection, self._rules.round_id, voter) >= self._rules.votes_per_person:
            raise CapReached
        if battles.given_up(connection, self._rules.round_id, voter) > self._rules.given_up_per_person:
            raise GivenUpTooOften
        running = battles.live(connection, voter)
        if running:
            raise BattleRunning(running)

    def _check_open(self, now: datetime) -> None:
        if not self._rules.open_at(now):
            raise RoundNotOpen(f"open from {self._rules.opens} to {self._rules.closes}")

    @staticmethod
    def _existing(connection: Transaction, battle_id: str) -> Battle:
        battle = battles.find(connection, battle_id)
        if battle is None:
            raise NotFound(battle_id)
        return battle

    def _hers(self, connection: Transaction, battle_id: str, voter: VoterId) -> Battle:
        battle = self._existing(connection, battle_id)
        if battle.voter != voter:
            raise NotFound(battle_id)
        return battle
