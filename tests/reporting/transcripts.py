"""Battles to be audited: replies of known styles, at known times, under balanced seats."""

from itertools import permutations
from random import Random

from arena.contest.battle import Side
from arena.store.transcripts import Transcript

WORDS = (
    *("하늘", "바다", "나무", "구름", "바람", "사람", "시간", "마음", "생각", "방법", "문제", "이유"),
    *("sky", "sea", "tree", "cloud", "wind", "people", "time", "mind", "way", "problem", "case"),
)
TEAMS = ("alder", "birch", "cedar")


def battle(seats, *, prompt="하늘은 왜 파란가요?", replies=("가", "나"), seconds=10.0):
    """One battle of one turn."""
    sides = dict(zip(Side, seats, strict=True))
    said = {side: (reply,) for side, reply in zip(Side, replies, strict=True)}
    return Transcript(sides, (prompt,), said, (seconds,))


def battles(number, *, telltale=None, leaning=1, pace=None, asked=None, seed=1):
    """Battles whose replies are words drawn alike for all.

    Each team takes a third of the words `leaning` times as often. `telltale` are words by team that its
    replies end with mostly; `pace` are seconds by team; `asked` is how many questions there are (one for each
    battle).
    """
    chance = Random(seed)
    pairs = list(permutations(TEAMS, 2))
    return [
        battle(
            seats := pairs[at % len(pairs)],
            prompt=f"질문 {at % (asked or number)}",
            replies=[reply(chance, team, telltale or {}, leaning) for team in seats],
            seconds=max((pace or {}).get(team, 5.0) for team in seats) + chance.random(),
        )
        for at in range(number)
    ]


def reply(chance, team, telltale, leaning):
    """Twenty words, and mostly the team's own."""
    weights = [leaning if at % 3 == TEAMS.index(team) else 1 for at, _ in enumerate(WORDS)]
    drawn = chance.choices(WORDS, weights, k=20)
    return " ".join(drawn + ([telltale[team]] if team in telltale and chance.random() < 0.9 else []))
