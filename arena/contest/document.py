"""The YAML of a declaration: mappings, lists and plain values, and nothing that hides or multiplies them.

Anchors, aliases, merges, tags and directives are refused with their lines: what is declared is what
stands there, and a small file cannot stand for a large one. Moments stay texts, as they are written.
"""

import re
from collections.abc import Iterator

from ruamel.yaml import YAML
from ruamel.yaml.constructor import RoundTripConstructor
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    NodeEvent,
    ScalarEvent,
)

from arena.errors import BadDeclaration, Mistake

LARGEST = 200_000
"""A declaration has at most this many characters; a hostile file cannot hold the parser long."""

DEEPEST = 20
"""How many lists and mappings may stand inside each other."""

LONG_NUMBER = re.compile(r"[-+.\w]{100,}", re.ASCII)


class _Constructor(RoundTripConstructor):
    """Leaves moments as they are written, so that a wrong one is a mistake with a line like any other."""


_Constructor.add_constructor("tag:yaml.org,2002:timestamp", RoundTripConstructor.construct_yaml_str)


def parsed(text: str) -> object:
    """Parse a document.

    Raises:
        BadDeclaration: it is not YAML, or holds what is not read here.
    """
    if len(text) > LARGEST:
        raise BadDeclaration([Mistake(1, "file", f"is larger than {LARGEST:,} characters; shorten it")])
    yaml = YAML(typ="rt")
    yaml.Constructor = _Constructor
    try:
        mistakes = list(_refused(yaml, text))
        if mistakes:
            raise BadDeclaration(mistakes)
        return yaml.load(text)
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise BadDeclaration([Mistake(line, "file", f"is not YAML: {problem}")]) from error
    except (ValueError, OverflowError) as error:
        raise BadDeclaration([Mistake(1, "file", f"is not YAML that can be read: {error}")]) from error


def _refused(yaml: YAML, text: str) -> Iterator[Mistake]:
    """Find what is YAML, but is not read here; stop where it becomes too deep."""
    depth = 0
    for event in yaml.parse(text):
        line = event.start_mark.line + 1
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        if depth > DEEPEST:
            yield Mistake(line, "file", f"is nested deeper than {DEEPEST}; a declaration is flat")
            return
        problem = _problem(event)
        if problem:
            yield Mistake(line, "file", problem)


def _problem(event: object) -> str | None:
    if isinstance(event, DocumentStartEvent) and (event.version or event.tags):
        return "has a directive (%); remove it"
    if isinstance(event, AliasEvent):
        return f"has an alias (*{event.anchor}); write out what it stands for"
    if isinstance(event, NodeEvent) and event.anchor:
        return f"has an anchor (&{event.anchor}); remove it"
    if isinstance(event, CollectionStartEvent | ScalarEvent) and event.tag:
        return f"has a tag ({event.tag}); remove it"
    if isinstance(event, ScalarEvent) and event.style is None:
        return _plain_problem(event.value)
    return None


def _plain_problem(value: str) -> str | None:
    if value in {"<<", "="}:
        return f"has {value} as a value; put it in quotes"
    if LONG_NUMBER.fullmatch(value):
        return "has a value of 100 or more characters without a blank; put it in quotes"
    return None
