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
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
)

from arena.errors import BadDeclaration, Mistake

LARGEST = 200_000
"""A declaration has at most this many characters; a hostile file cannot hold the parser long."""

DEEPEST = 20
"""How many lists and mappings may stand inside each other."""

LONG_NUMBER = re.compile(r"[-+]?(0[xo])?[0-9a-fA-F_]{100,}")
NO_DIGITS = re.compile(r"[-+]?(0[xob]|\.)?_+")


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
        raise BadDeclaration([_mistake(error)]) from error
    except (ValueError, IndexError) as error:  # the parser trips over rarer numbers, as `._e+0`
        raise BadDeclaration([Mistake(1, "file", f"is not YAML that can be read: {error}")]) from error


def _refused(yaml: YAML, text: str) -> Iterator[Mistake]:
    """Find what is YAML, but is not read here; stop where it becomes too deep."""
    inside: list[bool | None] = []  # of each open collection: is a key next? None for a list
    for event in yaml.parse(text):
        line = event.start_mark.line + 1
        is_key = False
        if isinstance(event, NodeEvent) and inside and inside[-1] is not None:
            is_key = inside[-1]
            inside[-1] = not is_key
        if isinstance(event, CollectionStartEvent):
            inside.append(True if isinstance(event, MappingStartEvent) else None)
        elif isinstance(event, CollectionEndEvent):
            inside.pop()
        if len(inside) > DEEPEST:
            yield Mistake(line, "file", f"is nested deeper than {DEEPEST}; a declaration is flat")
            return
        problem = _problem(event)
        if is_key and not isinstance(event, ScalarEvent):
            problem = "has a key that is no text; write a field's name"
        if problem:
            yield Mistake(line, "file", problem)


def _problem(event: object) -> str | None:
    match event:
        case DocumentStartEvent() if event.version or event.tags:
            return "has a directive (%); remove it"
        case AliasEvent():
            return f"has an alias (*{event.anchor}); write out what it stands for"
        case NodeEvent() if event.anchor:
            return f"has an anchor (&{event.anchor}); remove it"
        case CollectionStartEvent() | ScalarEvent() if event.tag:
            return f"has a tag ({event.tag}); remove it"
        case ScalarEvent() if event.style is None:
            return _plain_problem(event.value)
        case _:
            return None


def _plain_problem(value: str) -> str | None:
    if value in {"<<", "="}:
        return f"has {value} as a value; put it in quotes"
    if LONG_NUMBER.fullmatch(value):
        return "has a number of 100 or more digits; put it in quotes if it is a text"
    if NO_DIGITS.fullmatch(value):
        return f"has {value}, a number without digits; put it in quotes"
    return None


def _mistake(error: YAMLError) -> Mistake:
    """Say what the parser found, and where that began if it was elsewhere."""
    mark, began = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
    problem = getattr(error, "problem", None) or str(error).splitlines()[0]
    context = getattr(error, "context", None)
    if context and began and mark and began.line != mark.line:
        problem = f"{problem} ({context} of line {began.line + 1})"
    return Mistake(mark.line + 1 if mark else 1, "file", f"is not YAML: {problem}")
