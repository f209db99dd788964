"""A digest of comments: what many citizens write about, in a few words of theirs.

Comments are grouped by what they have in common (TF-IDF of character n-grams, which Korean endings disturb
little; k-means). A group and a word are told only where at least `K` citizens stand behind them.
"""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from sklearn.cluster import KMeans
from sklearn.feature_extraction.text import TfidfVectorizer
from threadpoolctl import threadpool_limits

from arena.reporting.small_cells import K, told
from arena.reporting.themes import Theme

MOST_GROUPS = 8
FEWEST_COMMENTS = 30
"""Comments below which nothing is grouped."""
COMMENTS_A_GROUP = 15
WORDS = 6
LONGEST_COMMENT = 500
SEED = 1

_WORD = re.compile(r"[^\W\d_]{2,20}")


def digest(comments: Sequence[tuple[str, str]]) -> tuple[Theme, ...]:
    """Group comments, each with its voter, and give the groups of enough voters, largest first."""
    read = [(voter, text[:LONGEST_COMMENT]) for voter, text in comments if _WORD.search(text)]
    if len(read) < FEWEST_COMMENTS:
        return ()
    everywhere = _voters_of_words(read)
    themes = [_theme(group, everywhere, len(read)) for group in _grouped(read)]
    kept = [theme for theme in themes if theme is not None]
    return tuple(sorted(kept, key=lambda theme: (-theme.comments, theme.words)))


def _grouped(read: Sequence[tuple[str, str]]) -> list[list[tuple[str, str]]]:
    pieces = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), min_df=K, max_features=20_000)
    with threadpool_limits(1):
        try:
            vectors = pieces.fit_transform([text for _, text in read])
        except ValueError:  # nothing is written by five: scikit-learn has no pieces left
            return [list(read)]
        # Comments that say the same cannot be told apart into more groups than there are.
        rows = [slice(begin, end) for begin, end in pairwise(vectors.indptr)]
        kinds = len({vectors.indices[row].tobytes() + vectors.data[row].tobytes() for row in rows})
        groups = min(MOST_GROUPS, max(2, len(read) // COMMENTS_A_GROUP), kinds)
        labels = KMeans(groups, n_init=3, random_state=SEED).fit_predict(vectors)
    return [[one for one, at in zip(read, labels, strict=True) if at == label] for label in range(groups)]


def _theme(group: Sequence[tuple[str, str]], everywhere: Counter[str], number: int) -> Theme | None:
    comments = told(len(group), len({voter for voter, _ in group}))
    if comments is None:
        return None
    here = _voters_of_words(group)
    share = len(group) / number
    known = [word for word, voters in here.items() if voters >= K]
    marking = sorted(known, key=lambda word: (share * everywhere[word] - here[word], word))
    return Theme(comments, tuple(marking[:WORDS]))


def _voters_of_words(read: Sequence[tuple[str, str]]) -> Counter[str]:
    """Count the voters who use each word."""
    used = {(voter, word) for voter, text in read for word in _WORD.findall(text.lower())}
    return Counter(word for _, word in used)
