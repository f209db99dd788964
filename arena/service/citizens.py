"""What a citizen can do: consent, ask, ask on, vote, say why, report, look at her record, erase it.

Every change is one transaction under the writer lock, with its ledger entry inside. What is answered
to the citizen has been committed.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from threading import Lock

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
from arena.contest.battle import battle_id as known
from arena.contest.feedback import Feedback, Guess, Harm, check_guess, clean_comment
from arena.contest.lifecycle import OVER, Phase
from arena.contest.personal_data import without_personal_data
from arena.contest.picture import MOST_PICTURES, PictureId
from arena.contest.probing import asks_who
from arena.contest.rules import Reveal, Track, Verdict
from arena.errors import BadRequest, Fault, NotAtThisStage, NotFound
from arena.identity.citizen import REFERENCE_BYTES, new_token, reference, voter_id
from arena.service import voting
from arena.service.ballot_box import BallotBox, Cast, Slip
from arena.service.pen import Clock, Pen, Random
from arena.service.pictures import contents, shown
from arena.service.rounds import Round
from arena.service.views import BattleView, Me, Named, Receipt, before_vote, named, nobody
from arena.service.voting import CONSENT
from arena.store import battles, guesses, pictures, rounds, votes
from arena.store.session import Store, Transaction

RECORD_LENGTH = 50
LANGUAGES = ("ko", "en")


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
        self._box = BallotBox(self._writing, self._rules)
        self._counting = Lock()
        self.identity_prompts = 0
        """How many prompts have asked who answers; they are counted and answered like all others."""

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
        if voter is None:
            return nobody(self._rules.votes_per_person)
        with self._store.reading() as connection:
            return Me(
                consented=votes.has_consented(connection, voter, CONSENT),
                votes=votes.votes_of(connection, self._rules.round_id, voter),
                votes_per_person=self._rules.votes_per_person,
                battle=battles.live(connection, voter),
                record=battles.record_of(connection, voter, RECORD_LENGTH),
                may_withdraw=voting.may_withdraw(connection, self._rules),
            )

    def erase(self, voter: VoterId, *, withdraw: bool = False) -> BattleId | None:
        """Erase a citizen's texts, pictures and consent, give up her running battle and tell which that was.

        Her votes stay, as pseudonyms; with `withdraw` they leave the score, on record.

        Raises:
            NotAtThisStage: with `withdraw`, once the scoring of the round has begun; nothing is erased then.
        """
        with self._writing() as pen:
            running = battles.live(pen.connection, voter)
            if running:
                pen.void(voting.existing(pen.connection, running), VoidReason.SKIPPED)
            if withdraw:
                voting.withdraw(pen, self._rules, voter)
            battles.erase_texts(pen.connection, voter)
            pictures.erase_pictures(pen.connection, voter)
            votes.erase_comments(pen.connection, voter)
            guesses.erase_guesses(pen.connection, voter)
            votes.withdraw_consent(pen.connection, voter)
        self._store.forget()
        return running

    # A battle

    def new_battle_id(self) -> BattleId:
        """Draw the id of a battle to be opened."""
        return BattleId(self._random(16).hex())

    def open_battle(
        self,
        battle_id: BattleId,
        voter: VoterId,
        prompt: str,
        category: str,
        language: str,
        images: Sequence[str] = (),
    ) -> Battle:
        """Draw the seats and put the battle on record, before any contestant is asked.

        Personal data is taken out of the prompt before anything of it is kept. `images` are ids of her
        pictures; with any, the battle is of the track of pictures.

        Raises:
            BadPrompt: the prompt is empty, too long or unreadable.
            BadRequest: category or language are not among those of the round, or it takes fewer pictures.
            NoPicture: a picture is not hers, or is no longer here.
            NotACitizen: no consent to the current notice.
            RoundNotOpen: before the opening, after the closing time or the close.
            CapReached: all her votes are cast.
            GivenUpTooOften: she has given up more battles than the rules allow.
            BattleRunning: she has a battle that is not over.
        """
        prompt = self._opening(prompt, category, language, images)
        prompt = without_personal_data(prompt, language).text
        track = Track.OPEN_PICTURES if images else Track.OPEN
        with self._writing() as pen:
            found = voting.may_ask(pen.connection, self._rules, voter, pen.now, track)
            pictured = shown(pen.connection, voter, images)
            number = found.drawn + 1
            battle = Battle(
                id=battle_id,
                round_id=self._rules.round_id,
                track=track,
                number=number,
                seats=self._round.seats(track, number),
                voter=voter,
                category=category,
                language=language,
                opened_at=pen.now,
                stage=Stage.ANSWERING,
                turns=(Turn(prompt, pictures=pictured),),
            )
            pen.open_battle(battle, found.tail)
        self._notice(prompt)
        return battle

    def check_may_open(
        self, voter: VoterId, prompt: str, category: str, language: str, images: Sequence[str] = ()
    ) -> None:
        """Check that `open_battle` would not refuse this now.

        Raises:
            Refused: as `open_battle`.
        """
        self._opening(prompt, category, language, images)
        with self._store.reading() as connection:
            voting.may_ask(connection, self._rules, voter, self._clock())
            shown(connection, voter, images)

    def check_may_ask_on(self, battle_id: BattleId, voter: VoterId, prompt: str) -> None:
        """Check that `ask_on` would not refuse this now.

        Raises:
            Refused: as `ask_on`.
        """
        prompt = clean_prompt(prompt, self._rules.max_prompt)
        with self._store.reading() as connection:
            voting.check_open(connection, self._rules, self._clock())
            self._hers(connection, battle_id, voter).prompted(prompt, self._rules)

    def ask_on(self, battle_id: BattleId, voter: VoterId, prompt: str) -> Battle:
        """Put another prompt to both sides, without personal data.

        Raises:
            BadPrompt: the prompt is empty, too long or unreadable.
            NotFound: she has no such battle.
            NotAtThisStage: the battle is not open, or all turns are used.
            RoundNotOpen: before the opening, after the closing time or the close.
        """
        prompt = clean_prompt(prompt, self._rules.max_prompt)
        with self._store.reading() as connection:
            language = self._hers(connection, battle_id, voter).language
        # Not under the writer lock: an awkward prompt takes a while to go through.
        prompt = without_personal_data(prompt, language).text
        with self._writing() as pen:
            voting.check_open(pen.connection, self._rules, pen.now)
            battle = self._hers(pen.connection, battle_id, voter).prompted(prompt, self._rules)
            pen.put_prompt(battle)
            battles.save_stage(pen.connection, battle, pen.now)
        self._notice(prompt)
        return battle

    def pictures_of(self, battle: Battle) -> Mapping[PictureId, str]:
        """Read the pictures that a battle's turns came with, as data URLs.

        Raises:
            NoPicture: the citizen has erased one.
        """
        with self._store.reading() as connection:
            return contents(connection, battle)

    def answered(self, battle_id: BattleId, replies: Replies) -> None:
        """Put both whole replies on record.

        Raises:
            NotAtThisStage: nobody waits for replies any more.
        """
        with self._writing() as pen:
            pen.put_replies(voting.existing(pen.connection, battle_id).answered(replies), replies)

    def failed(
        self, battle_id: BattleId, reason: VoidReason, side: Side | None = None, fault: Fault | None = None
    ) -> None:
        """Put on record that a battle is void, and whose fault it was.

        Raises:
            NotAtThisStage: it is already over.
        """
        with self._writing() as pen:
            pen.void(voting.existing(pen.connection, battle_id), reason, side, fault)

    def lost(self, battle_id: BattleId) -> None:
        """Put on record that nobody works on the answers that a battle waits for, if it does."""
        with self._writing() as pen:
            battle = voting.existing(pen.connection, battle_id)
            if battle.stage is Stage.ANSWERING:
                pen.void(battle, VoidReason.RESTARTED)

    def skip(self, battle_id: BattleId, voter: VoterId) -> None:
        """Give a battle up without a vote.

        Raises:
            NotFound: she has no such battle.
            NotAtThisStage: it is not open.
        """
        with self._writing() as pen:
            battle = self._hers(pen.connection, battle_id, voter)
            if battle.stage is not Stage.OPEN:
                raise NotAtThisStage(f"skipping at stage {battle.stage.value}")
            pen.void(battle, VoidReason.SKIPPED)

    def void_unanswered(self) -> int:
        """Void every battle whose answers a stopped server has lost, and count them."""
        with self._writing() as pen:
            return pen.void_all(battles.at(pen.connection, Stage.ANSWERING), VoidReason.RESTARTED)

    def battle(self, battle_id: str, voter: VoterId) -> BattleView:
        """Give what a citizen may see of her battle.

        Raises:
            NotFound: she has no such battle.
        """
        with self._store.reading() as connection:
            battle = self._hers(connection, battle_id, voter)
            seen = self.view(battle)
            if battle.stage is not Stage.VOTED:
                return seen
            return replace(
                seen,
                feedback=votes.feedback_of(connection, battle),
                guess=guesses.guess_of(connection, battle),
                teams=self._teams(battle, rounds.phase(connection, battle.round_id)),
            )

    def view(self, battle: Battle) -> BattleView:
        """Give what a citizen may see of her battle before her vote."""
        return before_vote(battle, self._rules.max_turns)

    # Her vote

    def cast_vote(
        self,
        battle_id: str,
        voter: VoterId,
        verdict: Verdict,
        said: Feedback | None = None,
        guess: Guess | None = None,
    ) -> Receipt:
        """Cast the vote of a battle; the same verdict again gives the same receipt and keeps what is `said`.

        Raises:
            BadRequest: the rules do not know the verdict, the comment is too long, the guess names nobody of
                the roster, or the rules take none as they name the teams after the vote.
            NotFound: she has no such battle.
            NotAtThisStage: it waits for replies, or is void.
            AlreadyVoted: another verdict is on record.
            CapReached: all her votes are cast.
            RoundNotOpen: before the opening, after the closing time or the close.
        """
        if verdict not in self._rules.verdicts:
            raise BadRequest(f"the rules have no verdict {verdict.value}")
        said = said and replace(said, comment=self._comment(battle_id, voter, said.comment))
        if guess is not None:
            if self._rules.reveal is Reveal.AFTER_VOTE:
                raise BadRequest("this round names the teams after the vote; there is nothing to guess")
            check_guess(guess, self._round.contest.roster)
        return self._receipt(self._box.cast(Slip(known(battle_id), voter, verdict, said, guess)))

    def report(self, battle_id: str, voter: VoterId, turn: int, side: Side, harm: Harm, comment: str) -> None:
        """Report the reply of a side in a turn (from 1) as harmful; again, the last comment counts.

        Raises:
            BadRequest: the comment is too long.
            NotFound: she has no such battle, or that turn holds no reply.
        """
        comment = self._comment(battle_id, voter, comment)
        with self._writing() as pen:
            battle = self._hers(pen.connection, battle_id, voter)
            if not 1 <= turn <= len(battle.turns) or battle.turns[turn - 1].replies is None:
                raise NotFound(f"turn {turn} holds no reply")
            votes.report(pen.connection, battle, turn, side, harm, comment, pen.now)

    # Inside

    @contextmanager
    def _writing(self) -> Iterator[Pen]:
        with self._store.writing() as connection:
            yield Pen(connection, self._clock(), self._random)

    def _opening(self, prompt: str, category: str, language: str, images: Sequence[str]) -> str:
        """Give the first prompt of a battle as it may be kept, personal data still in it."""
        most = MOST_PICTURES if self._round.contest.takes_pictures else 0
        if len(images) > most:
            raise BadRequest(f"{len(images)} pictures; {most} are taken")
        if category not in self._rules.categories or language not in LANGUAGES:
            raise BadRequest(f"no category {category!r} or language {language!r}")
        return clean_prompt(prompt, self._rules.max_prompt)

    def _comment(self, battle_id: str, voter: VoterId, comment: str) -> str:
        """Give a comment as it is kept: without personal data, like the prompts of its battle."""
        comment = clean_comment(comment)
        if not comment:
            return comment
        with self._store.reading() as connection:
            language = self._hers(connection, battle_id, voter).language
        return without_personal_data(comment, language).text

    def _notice(self, prompt: str) -> None:
        if asks_who(prompt):
            with self._counting:
                self.identity_prompts += 1

    def _receipt(self, vote: Cast) -> Receipt:
        return Receipt(
            battle=vote.battle.id,
            verdict=vote.verdict,
            index=vote.sequence,
            leaf=vote.leaf,
            votes=vote.votes,
            votes_per_person=self._rules.votes_per_person,
            teams=self._teams(vote.battle, vote.phase),
        )

    def _teams(self, battle: Battle, phase: Phase) -> Mapping[Side, Named] | None:
        over = self._clock() >= self._rules.closes or phase in OVER
        shown = {Reveal.NEVER: False, Reveal.AFTER_ROUND: over, Reveal.AFTER_VOTE: True}
        if battle.stage is not Stage.VOTED or not shown[self._rules.reveal]:
            return None
        return named(self._round.contest.roster, battle)

    @staticmethod
    def _hers(connection: Transaction, battle_id: str, voter: VoterId) -> Battle:
        battle = voting.existing(connection, battle_id)
        if battle.voter != voter:
            raise NotFound(battle_id)
        return battle
