"""Audits of blindness: can a program tell from what citizens saw which contestant a reply is of?

Law: what a program is tried on it has not learnt from. Replies to one question are never parted between
learning and trying, nor are the two sides of a battle; the same replies give the same figures.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import log1p
from random import Random
from typing import Any

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.pipeline import make_union
from sklearn.tree import DecisionTreeClassifier
from threadpoolctl import threadpool_limits

from arena.contest.battle import Side
from arena.contest.roster import ContestantId
from arena.reporting.audited import PERMUTATIONS, Audit, TooFew, Watch
from arena.store.transcripts import Transcript
from ratings.shares import clustered_share

FOLDS = 5
FEWEST = 20
"""Replies of each contestant below which nothing is said."""
MOST_TEXTS = 1_000
"""So many replies are read word by word; learning from them is what takes the time."""
LONGEST = 4_000
"""Characters of a transcript that are read."""
TELLING = 8
SEED = 20_26


@dataclass(frozen=True, slots=True)
class Reading:
    """All that a citizen read of one side in a battle.

    `question` is the same for prompts that differ in case, width, spaces or punctuation alone. `moments` is
    what she could tell by a clock, `lengths` by the eye; both are on a log scale.
    """

    contestant: ContestantId
    question: str
    text: str
    moments: tuple[float, ...]
    lengths: tuple[float, ...]


def readings(battles: Iterable[Transcript]) -> list[Reading]:
    """Give what was read of each battle, side A then side B; battles without texts are passed over."""
    return [_reading(battle, side) for battle in battles if not battle.is_erased for side in Side]


def _reading(battle: Transcript, side: Side) -> Reading:
    other = Side.B if side is Side.A else Side.A
    text, beside = ("\n\n".join(battle.replies[one]) for one in (side, other))
    first = unicodedata.normalize("NFKC", battle.prompts[0]).casefold()
    return Reading(
        contestant=battle.seats[side],
        question="".join(filter(str.isalnum, first)) or first,
        text=text[:LONGEST],
        moments=tuple(map(log1p, (battle.seconds[0], max(battle.seconds), sum(battle.seconds)))),
        lengths=tuple(
            map(log1p, (len(text), len(text) / len(battle.prompts), text.count("\n"), len(beside)))
        ),
    )


def audit_texts(read: Sequence[Reading], ids: Sequence[ContestantId], watch: Watch) -> Audit | TooFew:
    """Try a program that reads: character pieces of one to four letters, and words, weighed by TF-IDF."""
    read = read[:MOST_TEXTS]
    lack = _lack(read, ids)
    if lack:
        return lack
    pieces = make_union(
        TfidfVectorizer(
            analyzer="char",
            ngram_range=(1, 4),
            lowercase=False,
            min_df=2,
            max_features=8_000,
            sublinear_tf=True,
        ),
        TfidfVectorizer(min_df=2, max_features=2_000, sublinear_tf=True),
    )
    seen = pieces.fit_transform([one.text for one in read]).tocsr().astype("float32")
    reader = LogisticRegression(C=3.0, tol=3e-4, max_iter=500)
    found = _audit(seen, read, reader, watch)
    reader.fit(seen, [one.contestant for one in read])
    names = [name.partition("__")[2] for name in pieces.get_feature_names_out()]
    return replace(found, telling=_telling(reader, names))


def audit_moments(read: Sequence[Reading], ids: Sequence[ContestantId], watch: Watch) -> Audit | TooFew:
    """Try a program that has a clock: how long both sides took together, as the record has it."""
    return _lack(read, ids) or _audit([one.moments for one in read], read, _tree(), watch)


def audit_lengths(read: Sequence[Reading], ids: Sequence[ContestantId], watch: Watch) -> Audit | TooFew:
    """Try a program that sees how long both replies are, and of how many lines this one."""
    return _lack(read, ids) or _audit([one.lengths for one in read], read, _tree(), watch)


def _tree() -> DecisionTreeClassifier:
    return DecisionTreeClassifier(min_samples_leaf=10, random_state=SEED)


def _lack(read: Sequence[Reading], ids: Sequence[ContestantId]) -> TooFew | None:
    fewest = min(sum(one.contestant == each for one in read) for each in ids)
    if fewest < FEWEST:
        return TooFew("replies of a contestant", fewest, FEWEST)
    questions = len({one.question for one in read})
    return TooFew("different questions", questions, FOLDS) if questions < FOLDS else None


def _audit(seen: Any, read: Sequence[Reading], model: Any, watch: Watch) -> Audit:
    seated = [one.contestant for one in read]
    questions = [one.question for one in read]
    folds = list(GroupKFold(FOLDS, shuffle=True, random_state=SEED).split(seated, groups=questions))

    def right(labels: Sequence[ContestantId]) -> list[bool]:
        # Threads that wait for each other on a busy machine make small fits many times slower.
        with threadpool_limits(1):
            named = cross_val_predict(model, seen, labels, cv=folds)
        watch()
        return [one == other for one, other in zip(named, labels, strict=True)]

    hits = right(seated)
    by_question = _by(questions, hits)
    share = clustered_share([sum(one) for one in by_question.values()], [*map(len, by_question.values())])
    random = Random(SEED)  # noqa: S311 - the same replies give the same figures
    return Audit(
        replies=len(read),
        questions=len(by_question),
        share=share.share,
        lower=share.lower,
        upper=share.upper,
        chance=max(map(seated.count, set(seated))) / len(seated),
        shuffled=tuple(sum(right(_shuffled(seated, random))) / len(seated) for _ in range(PERMUTATIONS)),
        found={each: sum(of) / len(of) for each, of in sorted(_by(seated, hits).items())},
    )


def _by(groups: Sequence[str], hits: Sequence[bool]) -> dict[str, list[bool]]:
    counted: dict[str, list[bool]] = {}
    for group, hit in zip(groups, hits, strict=True):
        counted.setdefault(group, []).append(hit)
    return counted


def _shuffled(seated: Sequence[ContestantId], random: Random) -> list[ContestantId]:
    """Deal the drawn seats out to other battles, as the pairing could have done."""
    drawn = [(seated[at], seated[at + 1]) for at in range(0, len(seated), 2)]
    random.shuffle(drawn)
    return [one for pair in drawn for one in pair]


def _telling(reader: LogisticRegression, names: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Give the pieces that speak most for each contestant, none that is inside one already named."""
    weights = list(reader.coef_)
    if len(reader.classes_) == 2:
        weights = [-weights[0], weights[0]]
    return {each: _top(row, names) for each, row in zip(reader.classes_.tolist(), weights, strict=True)}


def _top(row: Any, names: Sequence[str]) -> tuple[str, ...]:
    kept: list[str] = []
    for at in row.argsort()[::-1][: 20 * TELLING]:
        piece = names[at].strip()
        if piece and not any(piece in one or one in piece for one in kept):
            kept.append(piece)
    return tuple(kept[:TELLING])
