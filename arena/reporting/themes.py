"""What a digest of comments says; what groups them takes a second to import (scikit-learn), and is apart."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Theme:
    """A group of comments: how many they are, in steps of five, and the words that mark it."""

    comments: int
    words: tuple[str, ...]
