"""A round told again from its opened entries: who fought whom, who voted, and what may not have happened.

Rule 1: what comes when is a row of `CHAPTERS`, whether it is opened or not.
Rule 2: a replay that has missed a battle or a vote says nothing of battles and votes any more.
"""

from collections.abc import Callable, Mapping
from typing import Any

from arena.contest.contest import Contest
from arena.contest.rules import Track
from arena.ledger.battles import Fought
from arena.ledger.entries import BUCKET_SECONDS, EntryType, secret_commitment
from arena.ledger.findings import Findings
from arena.ledger.flaws import Flaw
from arena.ledger.frozen import document_hash, roster_document
from arena.ledger.lines import LEDGER, OPENINGS, RULES
from arena.ledger.settling import Settling
from arena.ledger.shapes import TO_ALL
from arena.ledger.told import CHAPTERS, Alarmed, At, Chapter, Told

LANGUAGES = ("ko", "en")
WHILE_OPEN = frozenset({EntryType.BATTLE_OPENED, EntryType.VOTE_CAST})


class Replay:
    """Listens to the opened entries of one round, in order, and notes what cannot have happened."""

    def __init__(self, contest: Contest, findings: Findings) -> None:
        """Replay a round of `contest`."""
        self.told = Told()
        self.chapter = Chapter.OPENED
        self.is_blind = False
        self.seen: dict[str, int] = {}
        self._contest = contest
        self._rules = contest.rules
        self._scoring = contest.scoring
        self._findings = findings
        self._roster = frozenset(contest.roster.ids)
        self._tracks = frozenset(contest.rules.tracks)
        self._entered = {
            str(track): frozenset((*contest.entered(track), *contest.references(track))) for track in Track
        }
        self._verdicts = frozenset(contest.rules.verdicts)
        self._categories = frozenset(contest.rules.categories)
        self._opens = int(contest.rules.opens.timestamp()) - BUCKET_SECONDS + 1
        self._closes = contest.rules.closes.timestamp()
        self._sealed: Mapping[str, Any] = {}
        self._pepper = ""
        self._numbers: dict[str, int] = {}
        self._nth: dict[str, int] = {}
        self._settling = Settling(contest, self.told, findings)
        self._hearing: dict[str, Callable[[At, Mapping[str, Any]], None]] = {
            EntryType.ROUND_OPENED: self._round_opened,
            EntryType.RULES_FROZEN: self._rules_frozen,
            EntryType.ROSTER_FROZEN: self._roster_frozen,
            EntryType.SEED_COMMITTED: self._seed_committed,
            EntryType.BEACON_DRAWN: self._beacon_drawn,
            EntryType.BATTLE_OPENED: self._battle_opened,
            EntryType.REPLIES_COMMITTED: self._replies_committed,
            EntryType.BATTLE_VOIDED: self._battle_voided,
            EntryType.VOTE_CAST: self._vote_cast,
            EntryType.VOTE_WITHDRAWN: self._vote_withdrawn,
            EntryType.CANARIES_KEPT: self._canaries_kept,
            EntryType.CANARY_ALARMED: self._canary_alarmed,
            EntryType.EXCLUDED: self._settling.excluded,
            EntryType.ROUND_CLOSED: self._round_closed,
            EntryType.SEED_REVEALED: self._seed_revealed,
            EntryType.RESULT_COMMITTED: self._settling.result_committed,
            EntryType.RESULT_OPENED: self._settling.result_opened,
            EntryType.PEPPER_DESTROYED: self._pepper_destroyed,
            EntryType.AUDITED: self._audited,
        }

    def see(self, at: At) -> None:
        """Take the public line of an entry of the round, except of those that may stand anywhere."""
        kind = at.kind
        self.seen[kind] = self.seen.get(kind, 0) + 1
        if kind in WHILE_OPEN and not self._opens <= at.time < self._closes:
            self._findings.found(Flaw.CLOCK, LEDGER, at.seq + 1)
        following = CHAPTERS.get((self.chapter, kind))
        if following is not None:
            self.chapter = following
        else:
            flaw = Flaw.EARLY_RESULT if kind == EntryType.RESULT_OPENED else Flaw.ORDER
            self._findings.found(flaw, LEDGER, at.seq + 1, kind)

    def blind(self) -> None:
        """Stop following battles and votes: one of them cannot be read."""
        self.is_blind = self._settling.is_blind = True

    def hear(self, at: At, payload: Mapping[str, Any]) -> None:
        """Take an opening that fits its commitment and its shape."""
        if self.is_blind and at.kind not in TO_ALL:
            return
        other = payload.get("round", self._rules.round_id) != self._rules.round_id
        if other and at.kind != EntryType.AUDITED:
            self._flaw(Flaw.OTHER_ROUND, at, payload["round"])
            return
        self._hearing[at.kind](at, payload)

    def _flaw(self, flaw: Flaw, at: At, *details: object) -> None:
        self._findings.found(flaw, OPENINGS, at.line, *details)

    # Before the first battle

    def _round_opened(self, _: At, payload: Mapping[str, Any]) -> None:
        self._pepper = payload["pepper"]

    def _rules_frozen(self, _: At, __: Mapping[str, Any]) -> None:
        """The rules' hash is what this replay was begun with."""

    def _roster_frozen(self, _: At, payload: Mapping[str, Any]) -> None:
        if payload["hash"] != document_hash(roster_document(self._contest.roster)):
            self._findings.found(Flaw.OTHER_ROSTER, RULES)

    def _seed_committed(self, at: At, payload: Mapping[str, Any]) -> None:
        self._sealed = payload
        if payload["beacon"] != self._rules.beacon:
            self._flaw(Flaw.OTHER_BEACON, at)

    def _beacon_drawn(self, at: At, payload: Mapping[str, Any]) -> None:
        sealed = {
            one: secret_commitment("nonce", bytes.fromhex(said)) for one, said in payload["nonces"].items()
        }
        if sealed != self._sealed.get("nonces") or not self._roster >= sealed.keys():
            self._flaw(Flaw.OTHER_NONCES, at)
        if bool(self._rules.beacon) != bool(payload["beacon"]):
            self._flaw(Flaw.OTHER_BEACON, at)
        self.told.nonces, self.told.beacon = payload["nonces"], payload["beacon"]

    # Battles and votes

    def _battle_opened(self, at: At, payload: Mapping[str, Any]) -> None:
        if payload["battle"] in self.told.battles:
            self._flaw(Flaw.TWICE, at)
            return
        seats, track = payload["seats"], payload["track"]
        battle = Fought(
            number=payload["number"],
            track=track,
            a=seats["a"],
            b=seats["b"],
            voter=payload["voter"],
            category=payload["category"],
            language=payload["language"],
            line=at.line,
        )
        self.told.battles.open(payload["battle"], battle)
        self._check_words(at, (track, self._tracks), (payload["category"], self._categories))
        self._check_words(at, (payload["language"], LANGUAGES))
        self._check_seats(at, payload)

    def _check_words(self, at: At, *words: tuple[str, Any]) -> None:
        for word, known in words:
            if word not in known:
                self._flaw(Flaw.UNKNOWN_WORD, at, word)

    def _check_seats(self, at: At, payload: Mapping[str, Any]) -> None:
        seats, track = payload["seats"], payload["track"]
        entered = self._entered.get(track, self._roster)
        unasked = self._scoring.is_control(seats["a"], seats["b"]) and not self._rules.controls
        if unasked or seats["a"] not in entered or seats["b"] not in entered:
            self._flaw(Flaw.NOBODY, at)
        following = self._numbers.get(track, 0) + 1
        if payload["number"] != following:
            self._flaw(Flaw.SKIPPED, at, following, payload["number"])
        self._numbers[track] = following

    def _going_on(self, at: At, payload: Mapping[str, Any]) -> Fought | None:
        battle = self.told.battles.get(payload["battle"])
        if battle is None:
            self._flaw(Flaw.UNKNOWN_BATTLE, at)
        elif battle.is_over:
            self._flaw(Flaw.OVER, at)
            return None
        return battle

    def _replies_committed(self, at: At, payload: Mapping[str, Any]) -> None:
        battle = self._going_on(at, payload)
        if battle is not None:
            battle.turns += 1
            if payload["turn"] != battle.turns or battle.turns > self._rules.max_turns:
                self._flaw(Flaw.TURN, at)

    def _battle_voided(self, at: At, payload: Mapping[str, Any]) -> None:
        battle = self._going_on(at, payload)
        if battle is not None:
            self.told.battles.end(payload["battle"])
            if payload["turn"] not in {battle.turns, battle.turns + 1}:
                self._flaw(Flaw.TURN, at)

    def _vote_cast(self, at: At, payload: Mapping[str, Any]) -> None:
        battle = self._going_on(at, payload)
        if battle is None:
            return
        if battle.turns == 0:
            self._flaw(Flaw.NO_REPLIES, at)
        if payload["voter"] != battle.voter:
            self._flaw(Flaw.OTHER_VOTER, at)
        if payload["track"] != battle.track:
            self._flaw(Flaw.UNKNOWN_WORD, at, payload["track"])
        self._check_words(at, (payload["verdict"], self._verdicts))
        self._check_nth(at, payload)
        battle.vote, battle.verdict, battle.time = at.seq, payload["verdict"], at.time
        self.told.battles.end(payload["battle"])

    def _check_nth(self, at: At, payload: Mapping[str, Any]) -> None:
        nth = self._nth.get(payload["voter"], 0) + 1
        self._nth[payload["voter"]] = nth
        if payload["nth"] != nth:
            self._flaw(Flaw.NTH, at, nth, payload["nth"])
        if nth > self._rules.votes_per_person:
            self._flaw(Flaw.CAP, at, self._rules.votes_per_person)

    def _vote_withdrawn(self, at: At, payload: Mapping[str, Any]) -> None:
        battle = self.told.battles.get(payload["battle"])
        if battle is None or battle.vote != payload["vote"] or battle.is_withdrawn:
            self._flaw(Flaw.NO_VOTE, at)
            return
        if payload["voter"] != battle.voter:
            self._flaw(Flaw.OTHER_VOTER, at)
        self.told.battles.withdraw(payload["battle"])

    def _canaries_kept(self, at: At, payload: Mapping[str, Any]) -> None:
        self._check_words(at, *((contestant, self._roster) for contestant in payload["kept"]))

    def _canary_alarmed(self, at: At, payload: Mapping[str, Any]) -> None:
        alarm = Alarmed.of(payload)
        self._check_words(at, (alarm.contestant, self._roster))
        if payload["p"] > payload["level"] or alarm in self.told.alarms:
            self._flaw(Flaw.NO_ALARM, at)
        self.told.alarms.add(alarm)

    # After the last vote

    def _round_closed(self, at: At, payload: Mapping[str, Any]) -> None:
        counted = self.seen.get(EntryType.BATTLE_OPENED, 0), self.seen.get(EntryType.VOTE_CAST, 0)
        if (payload["battles"], payload["votes"]) != counted:
            self._flaw(Flaw.COUNTS, at, *counted)

    def _seed_revealed(self, at: At, payload: Mapping[str, Any]) -> None:
        if secret_commitment("seed", bytes.fromhex(payload["secret"])) != self._sealed.get("secret"):
            self._flaw(Flaw.OTHER_SECRET, at)
        self.told.secret = payload["secret"]

    def _pepper_destroyed(self, at: At, payload: Mapping[str, Any]) -> None:
        if payload["pepper"] != self._pepper:
            self._flaw(Flaw.OTHER_PEPPER, at)

    def _audited(self, _: At, __: Mapping[str, Any]) -> None:
        """What staff did, in whatever round: it changes nothing that is replayed here."""
