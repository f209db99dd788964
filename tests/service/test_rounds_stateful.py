"""A round under any order of acts: what the arena says and keeps is what a model of a few lines says."""

import json
from collections import Counter
from contextlib import nullcontext
from itertools import count
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from arena.contest.battle import Side, VoidReason
from arena.contest.rules import Exclusions, Verdict
from arena.errors import ArenaError, NotConfirmed
from arena.identity.secrets import Secrets
from arena.service.citizens import CONSENT, Citizens
from arena.service.lifecycle import Lifecycle
from arena.service.rounds import open_round
from arena.store import rounds, votes
from arena.store.tables import ledger
from arena.store.votes import Which
from tests.fakes import Chance, Clock
from tests.leading import LOG, surely
from tests.reporting.ballots import REPLIES, changed

CAP, TURNS, A_MINUTE = 4, 2, 2
WHO = st.integers(0, 2)
EXAMPLES = {"sqlite": 50, "postgresql": 15}
NUMBERS = count()


class Model:
    """The round as its rules tell it: battles as [voter, stage, turns], votes as what has become of them."""

    def __init__(self):
        self.phase, self.battles, self.votes, self.begun = "open", {}, {}, False
        self.entries = Counter(RoundOpened=1, RulesFrozen=1, RosterFrozen=1, SeedCommitted=1, BeaconDrawn=1)

    def live(self, who):
        return [
            name
            for name, (voter, stage, _) in self.battles.items()
            if voter == who and stage in "answering open"
        ]

    def cast_by(self, who):
        return [name for name in self.votes if self.battles[name][0] == who]

    def may_open(self, who):
        return self.phase == "open" and not self.live(who) and len(self.cast_by(who)) < CAP

    def may_vote(self, who):
        open_ = [name for name in self.live(who) if self.battles[name][1] == "open"]
        return open_[0] if open_ and self.phase == "open" else None

    def to(self, name, stage, entry=None):
        self.battles[name][1] = stage
        self.entries[entry] += entry is not None

    def void_all(self, stages):
        for name, (_, stage, _) in self.battles.items():
            if stage in stages:
                self.to(name, "void", "BattleVoided")

    def exclude_by_rules(self):
        self.begun, found = True, 0
        for who in range(3):
            cast = [name for name in self.cast_by(who) if self.votes[name] != "withdrawn"]
            for name in cast[A_MINUTE:]:
                found += self.votes[name] == "cast"
                self.votes[name] = "excluded"
        self.entries["Excluded"] += found > 0

    def move(self, to, *entries):
        self.phase = to
        self.entries.update(entries)

    def withdraw(self, who):
        for name in self.cast_by(who):
            if self.votes[name] == "cast":
                self.votes[name] = "withdrawn"
                self.entries["VoteWithdrawn"] += 1

    def number(self, *fates):
        return sum(fate in fates for fate in self.votes.values())


class Round(RuleBasedStateMachine):
    """Acts of three citizens and an operator, on the arena and on the model."""

    store, contest, folder = None, None, None

    @initialize()
    def begin(self):
        self.model, self.clock, self.chance = Model(), Clock(), Chance(next(NUMBERS))
        self.clock.now = self.clock.now.replace(second=0)
        exclusions = Exclusions(votes_per_minute=A_MINUTE, one_sided_from=0)
        rules = {"votes_per_person": CAP, "max_turns": TURNS, "exclusions": exclusions}
        self.declared = changed(self.contest, round_id=f"round-{next(NUMBERS)}", **rules)
        self.secrets = Secrets(self.folder / "secrets")
        self.start()
        tokens = [self.citizens.consent(None, CONSENT) for _ in range(3)]
        self.voters = [self.citizens.voter(token) for token in tokens]
        self.led = Lifecycle(
            self.store, self.declared, self.secrets, self.clock, self.chance, lambda: LOG, nullcontext
        )

    def start(self):
        """What a server does when it starts."""
        asked = (self.store, self.declared, self.secrets, self.clock, self.chance, LOG)
        key = self.secrets.get("citizen.key")
        self.citizens = Citizens(self.store, open_round(*asked), key, self.clock, self.chance)
        return self.citizens.void_unanswered()

    def done(self, act, *asked, **more):
        """Tell whether the arena did what it was asked for."""
        try:
            return act(*asked, **more) or True
        except NotConfirmed:
            raise
        except ArenaError:
            return None

    @rule(who=WHO)
    def open(self, who):
        asked = (self.citizens.new_battle_id(), self.voters[who], "질문", "general", "ko")
        battle = self.done(self.citizens.open_battle, *asked)
        assert bool(battle) == self.model.may_open(who)
        if battle:
            self.model.battles[battle.id] = [who, "answering", 1]
            self.model.entries["BattleOpened"] += 1

    @rule(who=WHO)
    def answer(self, who):
        for name in self.model.live(who) or list(self.model.battles)[-1:]:
            waits = self.model.battles[name][1] == "answering"
            assert bool(self.done(self.citizens.answered, name, REPLIES)) == waits
            if waits:
                self.model.to(name, "open", "RepliesCommitted")

    @rule(who=WHO)
    def ask_on(self, who):
        for name in list(self.model.battles)[-3:]:
            voter, stage, turns = self.model.battles[name]
            may = (voter, stage) == (who, "open") and turns < TURNS and self.model.phase == "open"
            assert bool(self.done(self.citizens.ask_on, name, self.voters[who], "더")) == may
            if may:
                self.model.battles[name] = [who, "answering", turns + 1]

    @rule(who=WHO, verdict=st.sampled_from(Verdict))
    def vote(self, who, verdict):
        may = self.model.may_vote(who)
        for name in [may] if may else self.model.live(who):
            assert bool(self.done(self.citizens.cast_vote, name, self.voters[who], verdict)) == bool(may)
        if may:
            self.model.to(may, "voted", "VoteCast")
            self.model.votes[may] = "cast"

    @rule(who=WHO, verdict=st.sampled_from(Verdict), times=st.integers(1, 4))
    def whole_battles(self, who, verdict, times):
        for _ in range(times):
            self.open(who)
            self.answer(who)
            self.vote(who, verdict)

    @rule(who=WHO)
    def fail(self, who):
        for name in self.model.live(who):
            assert self.done(self.citizens.failed, name, VoidReason.REPLY_FAILED, Side.A)
            self.model.to(name, "void", "BattleVoided")

    @rule(who=WHO)
    def withdraw(self, who):
        may = self.model.phase in {"open", "closed"} and not self.model.begun
        assert bool(self.done(self.citizens.erase, self.voters[who], withdraw=True)) == may
        if may:
            for name in self.model.live(who):
                self.model.to(name, "void", "BattleVoided")
            self.model.withdraw(who)
            with self.store.writing() as connection:
                votes.consent(connection, self.voters[who], CONSENT, self.clock())

    @rule(who=WHO)
    def exclude(self, who):
        over, cast = self.model.phase in {"closed", "committed", "published"}, self.model.cast_by(who)
        if not cast:
            return
        name = cast[0]
        sequence = self.citizens.cast_vote(name, self.voters[who], self.verdict(name)).index
        may = over and self.model.votes[name] == "cast"
        assert bool(self.done(surely_or_refused, self.led.exclude, [sequence], "why")) == may
        if may:
            self.model.exclude_by_rules()
            self.model.votes[name] = "excluded"
            self.model.move("closed", "Excluded")

    @precondition(lambda self: len(self.model.votes) > 3 or self.model.phase != "open")
    @rule()
    def close(self):
        may = self.model.phase == "open"
        assert bool(self.done(surely_or_refused, self.led.close)) == may
        if may:
            self.model.void_all(("answering", "open"))
            self.model.move("closed", "RoundClosed", "SeedRevealed")

    @rule()
    def commit(self):
        may = self.model.phase == "closed"
        assert bool(self.done(surely_or_refused, self.led.commit_result)) == may
        if may:
            self.model.exclude_by_rules()
            self.model.move("committed", "ResultCommitted")

    @rule()
    def publish(self):
        may = self.model.phase == "committed"
        assert bool(self.done(surely_or_refused, self.led.publish)) == may
        if may:
            self.model.move("published", "ResultOpened")

    @rule()
    def restart(self):
        lost = sum(stage == "answering" for _, stage, _ in self.model.battles.values())
        assert self.start() == lost
        self.model.void_all(("answering",))

    def verdict(self, name):
        with self.store.reading() as connection:
            return votes.recorded(connection, self.declared.rules.round_id)[name][0]

    @invariant()
    def phases_agree(self):
        """The phase is the model's."""
        with self.store.reading() as connection:
            assert rounds.phase(connection, self.declared.rules.round_id).value == self.model.phase

    @invariant()
    def ledgers_agree(self):
        """The ledger holds as many entries of each kind as the model's."""
        with self.store.reading() as connection:
            first = rounds.find(connection, self.declared.rules.round_id).first
            found = connection.execute(select(ledger.c.entry).where(ledger.c.sequence >= first)).scalars()
            assert Counter(json.loads(entry)["type"] for entry in found) == self.model.entries

    @invariant()
    def votes_agree(self):
        """As many votes were cast, and as many count, as the model says."""
        round_id, scope = self.declared.rules.round_id, self.declared.scoring
        with self.store.reading() as connection:
            found = {
                which: sum(cell.count for cell in votes.cells(connection, round_id, scope, which))
                for which in Which
            }
        assert found[Which.CAST] == self.model.number("cast", "excluded")
        assert found[Which.COUNTING] == self.model.number("cast")


def surely_or_refused(act, *asked):
    """Take a step in two, or be refused at the first asking."""
    try:
        act(*asked)
    except NotConfirmed:
        return surely(act, *asked) or True


def test_any_order_of_acts(store, contest, tmp_path):
    """Whatever citizens and operator do in whatever order, with restarts between, arena and model agree."""

    class Here(Round):
        """The machine on this store."""

    Here.store, Here.contest, Here.folder = store, contest, tmp_path
    examples = EXAMPLES["sqlite" if store.is_sqlite else "postgresql"]
    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=examples,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_the_model_is_small():
    """The model is at most 60 lines, so that a reader can see that it is right."""
    source = Path(__file__).read_text("utf-8")
    body = source[source.index("class Model:") : source.index("class Round(")].rstrip()

    assert len(body.splitlines()) <= 60
