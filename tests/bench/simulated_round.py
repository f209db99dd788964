"""A rehearsal's round of many votes, cast through the service on the real record, with its own clock.

    python -m tests.bench.simulated_round FOLDER [--votes 20000]

Citizens of known strengths and tastes of their own ask what the demo contestants have answers to, over 14
days with their nights; some say why, some guess, and a few battles are void. Every vote is an entry with its
receipt, as a server would have taken it. What is left out is the pace of the answers.
"""

import argparse
import os
import re
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from arena import settings
from arena.backends.demo import composing
from arena.backends.demo.personas import BY_ID
from arena.composition import opening
from arena.contest.battle import Battle, Side, VoidReason
from arena.contest.feedback import Feedback, Reason
from arena.contest.rules import Verdict
from arena.errors import Fault
from arena.identity.secrets import Secrets
from arena.reporting.truth import Truth
from arena.service.citizens import CONSENT, Citizens
from arena.service.log_keys import LogKeys
from arena.service.rounds import open_round
from arena.store import schema
from arena.store.session import Store
from tests.servers import ROOT

DAYS = 14
QUIET_AT_NIGHT = 0.15
VOID, SKIPPED, WHY, GUESSED = 0.02, 0.01, 0.3, 0.1
SPARE_VOTERS = 1.25
"""Citizens for each who would be enough if all cast every vote that they have."""

GOOD = tuple(Reason)[:6]
BAD = tuple(Reason)[6:]
COMMENTS = {
    True: (
        "근거를 차례로 들어서 믿음이 갑니다",
        "예를 들어 주어서 이해하기 쉬웠습니다",
        "묻지 않은 것까지 챙겨 주어 좋았습니다",
        "짧고 분명해서 바로 쓸 수 있습니다",
    ),
    False: (
        "인사말이 길어서 핵심을 찾기 어렵습니다",
        "틀린 내용이 섞여 있습니다",
        "물어본 것과 다른 이야기를 합니다",
        "너무 두루뭉술해서 도움이 되지 않습니다",
    ),
}


class Clock:
    """Time as the round has it."""

    def __init__(self, begin: datetime) -> None:
        self.now = begin

    def __call__(self) -> datetime:
        """Tell it."""
        return self.now

    def on(self, seconds: float) -> None:
        """Let it go on."""
        self.now += timedelta(seconds=seconds)


def declared(folder: Path, begin: datetime) -> Path:
    """Declare the demo's contestants in a rehearsal that is sealed as a contest is."""
    text = (ROOT / "models.yaml").read_text("utf-8")
    changes = {
        "id": "rehearsal-1",
        "opens": f"{begin:%Y-%m-%dT%H:%M:%S+00:00}",
        "openings": "auditors",
    }
    for name, value in changes.items():
        text, found = re.subn(rf"(?m)^(  {name}: ).*$", rf"\g<1>{value}", text)
        assert found == 1, name
    file = folder / "models.yaml"
    file.write_text(text, "utf-8")
    return file


def gaps(random: Random, begin: datetime, battles: int) -> list[float]:
    """Draw how many seconds pass before each battle, so that all of them fill the days."""
    hours = [QUIET_AT_NIGHT if 1 <= (begin.hour + 9 + hour) % 24 < 7 else 1.0 for hour in range(24 * DAYS)]
    drawn = sorted(
        hour * 3600 + random.uniform(0, 3600)
        for hour in random.choices(range(len(hours)), weights=hours, k=battles)
    )
    return [after - before for before, after in zip([0.0, *drawn], drawn, strict=False)]


class Electorate:
    """Who votes, and what she says."""

    def __init__(self, citizens: Citizens, store: Store, contest: object, clock: Clock, seed: int) -> None:
        self.citizens, self.store, self.clock = citizens, store, clock
        self.contest, self.random = contest, Random(seed)
        self.truth = Truth(contest.roster)
        self.answers = composing.load()
        self.questions = [
            answer["question"]
            for letters, answer in self.answers.known.items()
            if any("가" <= one <= "힣" for one in letters)
        ]
        self.voters: list[tuple[str, object, int]] = []

    def newcomers(self, count: int) -> None:
        """Let citizens consent."""
        for _ in range(count):
            voter = self.citizens.voter(self.citizens.consent(None, CONSENT))
            self.voters.append((voter, self.truth.voter(self.random, voter), 0))

    def battle(self) -> bool:
        """Play a battle; tell whether it came to a vote."""
        place = self.random.randrange(len(self.voters))
        voter, tastes, cast = self.voters[place]
        category = self.random.choice(self.contest.rules.categories)
        question = self.random.choice(self.questions)
        opened = self.citizens.open_battle(self.citizens.new_battle_id(), voter, question, category, "ko")
        if self.random.random() < VOID:
            side, fault = self.random.choice(list(Side)), self.random.choice(list(Fault))
            self.citizens.failed(opened.id, VoidReason.REPLY_FAILED, side, fault)
            return False
        self.clock.on(self.random.uniform(2, 6))
        self.citizens.answered(opened.id, self.replies(opened))
        if self.random.random() < SKIPPED:
            self.citizens.skip(opened.id, voter)
            return False
        self.clock.on(self.random.uniform(2, 9))
        verdict = self.truth.verdict(self.random, tastes, opened.seats[Side.A], opened.seats[Side.B])
        self.citizens.cast_vote(opened.id, voter, verdict, self.why(verdict), self.guess())
        if cast + 1 == self.contest.rules.votes_per_person:
            self.voters[place] = self.voters[-1]
            self.voters.pop()
        else:
            self.voters[place] = (voter, tastes, cast + 1)
        return True

    def replies(self, battle: Battle) -> dict[Side, str]:
        """Answer as the demo does."""
        asked = [battle.turns[-1].prompt]
        return {side: composing.reply(self.answers, BY_ID[battle.seats[side]], asked) for side in Side}

    def why(self, verdict: Verdict) -> Feedback | None:
        """Say why, sometimes."""
        if self.random.random() >= WHY:
            return None
        liked = {
            Side.A: verdict in {Verdict.A, Verdict.TIE},
            Side.B: verdict in {Verdict.B, Verdict.TIE},
        }
        tags = {side: (self.random.choice(GOOD if liked[side] else BAD),) for side in Side}
        is_said = self.random.random() < 0.4
        comment = self.random.choice(COMMENTS[verdict is not Verdict.BOTH_BAD]) if is_said else ""
        return Feedback(tags, comment)

    def guess(self) -> dict[Side, str] | None:
        """Guess who answered, sometimes, and no better than anybody could."""
        if self.random.random() >= GUESSED:
            return None
        return {side: self.random.choice(["", *self.contest.roster.rated]) for side in Side}


def fill(folder: Path, votes: int, seed: int = 1) -> Path:
    """Open a round in `folder`, let so many votes be cast, and give its declaration."""
    folder.mkdir(parents=True, exist_ok=True)
    begin = datetime.now(UTC).replace(microsecond=0) - timedelta(days=DAYS, hours=1)
    file, clock, random = declared(folder, begin), Clock(begin), Random(seed)
    chosen = settings.read({**os.environ, "ARENA_DATA": str(folder), "ARENA_MODELS": str(file)})
    contest, store = opening.declared(chosen), Store(chosen.database_url)
    schema.migrate(store)
    kept = Secrets(chosen.data / "secrets")
    vkey = LogKeys(store, kept, chosen.origin, clock, secrets.token_bytes).in_force(make=True)
    opened = open_round(store, contest, kept, clock, secrets.token_bytes, vkey)
    citizens = Citizens(store, opened, kept.get("citizen.key"), clock, secrets.token_bytes)
    electorate = Electorate(citizens, store, contest, clock, seed)
    electorate.newcomers(round(SPARE_VOTERS * votes / contest.rules.votes_per_person) + 5)
    cast = 0
    for gap in gaps(random, begin, round(1.05 * votes) + 50):
        if cast == votes:
            break
        before = clock.now
        cast += electorate.battle()
        clock.on(max(0.0, gap - (clock.now - before).total_seconds()))
    assert cast == votes
    store.close()
    return file


def main() -> None:
    """Fill a folder."""
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("folder", type=Path)
    asked.add_argument("--votes", type=int, default=20_000)
    said = asked.parse_args()
    print(fill(said.folder, said.votes))


if __name__ == "__main__":
    main()
