"""What the arena says to people, in Korean and English; one module for a language, with the same keys."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import ModuleType
from typing import Literal

from ruamel.yaml import YAML

from arena.web.text import audit, en, evaluator, health, ko, operator, rules, sign_in, team

Language = Literal["ko", "en"]

LANGUAGES: tuple[Language, ...] = ("ko", "en")
"""The languages of the page; the first is the default."""


@dataclass(frozen=True, slots=True)
class Texts:
    """All texts of one language.

    `page` is what templates write, `rules` the page of rules, `words` what Gradio's parts show, `script`
    what the page's script says; the others name the members of closed lists.
    """

    page: Mapping[str, str]
    rules: str
    words: Mapping[str, str]
    script: Mapping[str, str]
    categories: Mapping[str, str]
    reasons: Mapping[str, str]
    harms: Mapping[str, str]
    verdicts: Mapping[str, str]
    voids: Mapping[str, str]
    stages: Mapping[str, str]


MODULES: dict[Language, ModuleType] = {"ko": ko, "en": en}

TEXTS: dict[Language, Texts] = {
    language: Texts(
        page=module.PAGE,
        rules=rules.RULES[language],
        words=module.WORDS,
        script=module.SCRIPT,
        categories=module.CATEGORIES,
        reasons=module.REASONS,
        harms=module.HARMS,
        verdicts=module.VERDICTS,
        voids=module.VOIDS,
        stages=module.STAGES,
    )
    for language, module in MODULES.items()
}


SIGN_IN: dict[Language, Mapping[str, str]] = {"ko": sign_in.KO, "en": sign_in.EN}
"""What signing in and all consoles say."""

CONSOLES: dict[str, dict[Language, Mapping[str, str]]] = {
    "evaluator": {"ko": evaluator.KO, "en": evaluator.EN},
    "team": {"ko": team.KO, "en": team.EN},
    "operator": {"ko": operator.KO, "en": operator.EN},
    "audit": {"ko": audit.KO, "en": audit.EN},
}
"""What each console says; the title of page P is under P (`first` for ""), what it is for under `P_lead`."""


HEALTH: dict[Language, Mapping[str, str]] = {"ko": health.KO, "en": health.EN}
"""What the health of a round says."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A question that the page offers."""

    category: str
    prompt: str


def suggestions(language: Language) -> tuple[Suggestion, ...]:
    """Read the questions that the page offers in a language, in the order of their declaration."""
    return tuple(Suggestion(row["category"], row[language]) for row in _suggested())


@cache
def _suggested() -> list[dict[str, str]]:
    """Read them in all languages, once: every page writes them."""
    declared: list[dict[str, str]] = YAML(typ="safe").load(
        resources.files(__name__).joinpath("suggestions.yaml").read_text(encoding="utf-8")
    )
    return declared
