import re
from string import Formatter

import pytest

from arena.contest.battle import Stage, VoidReason
from arena.contest.feedback import Harm, Reason
from arena.contest.rules import BothBad, Reveal, Seal, Speed, Verdict
from arena.web.consoles import CONSOLES as PAGES
from arena.web.text import CONSOLES, HEALTH, LANGUAGES, SIGN_IN, TEXTS, suggestions

FIELDS = ("page", "words", "script", "categories", "reasons", "harms", "verdicts", "voids", "stages")
HANGUL = re.compile(r"[\uac00-\ud7a3]")
ALSO_KOREAN = {"other_language", "other_language_hint"}


def named(text):
    return sorted(field for _, field, _, _ in Formatter().parse(text) if field)


@pytest.mark.parametrize("field", FIELDS)
def test_languages_say_the_same(field):
    """Every text exists in every language, with the same places to fill in."""
    korean, english = (getattr(TEXTS[language], field) for language in LANGUAGES)

    assert list(korean) == list(english)
    assert {key: named(text) for key, text in korean.items()} == {
        key: named(text) for key, text in english.items()
    }
    assert all(text.strip() for text in (*korean.values(), *english.values()))


@pytest.mark.parametrize("said", [SIGN_IN, HEALTH, *CONSOLES.values()])
def test_consoles_say_the_same(said):
    """Every text for staff exists in every language, with the same places to fill in, in its own letters."""
    korean, english = said["ko"], said["en"]

    assert list(korean) == list(english)
    assert {key: named(text) for key, text in korean.items()} == {
        key: named(text) for key, text in english.items()
    }
    assert [key for key, text in english.items() if HANGUL.search(text)] == []
    assert all(text.strip() for text in (*korean.values(), *english.values()))


def test_every_page_of_a_console_has_its_title():
    """No page of a console is without a title and a line that says what it is for."""
    lacking = [
        (console, page)
        for console, pages in PAGES.items()
        for page in pages
        if not {page or "first", f"{page or 'first'}_lead"} <= CONSOLES[console]["ko"].keys()
    ]

    assert lacking == []


def test_rules_say_the_same():
    """The page of rules tells the same facts in every language."""
    assert set(named(TEXTS["ko"].rules)) == set(named(TEXTS["en"].rules))


@pytest.mark.parametrize("language", LANGUAGES)
def test_bold_words_end_where_markdown_sees_it(language):
    """No bold words end with a mark that a letter follows: Markdown would show the asterisks."""
    texts = TEXTS[language]
    moments = re.compile(r"\{(?:opens|closes)\}")
    shown = [*texts.page.values(), *texts.words.values(), texts.rules]
    filled = [re.sub(r"\{[^}]*\}", "1", moments.sub("(1)", text)) for text in shown]

    assert [text for text in filled if re.search(r"[^\w\s*]\*\*\w", text)] == []


@pytest.mark.parametrize("field", FIELDS)
def test_english_is_english(field):
    """No Korean is left over in the English texts, but for the name of the other language."""
    found = {key for key, text in getattr(TEXTS["en"], field).items() if HANGUL.search(text)}

    assert found <= ALSO_KOREAN


@pytest.mark.parametrize(
    ("field", "members"),
    [("reasons", Reason), ("harms", Harm), ("verdicts", Verdict), ("voids", VoidReason), ("stages", Stage)],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_closed_lists_are_named(language, field, members):
    """Every member of a closed list has a name, and nothing else has."""
    assert list(getattr(TEXTS[language], field)) == [member.value for member in members]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("rule", "members"), [("speed", Speed), ("reveal", Reveal), ("standings", Seal), ("both_bad", BothBad)]
)
def test_rules_are_worded(language, rule, members):
    """Every value that a rule can have has words."""
    assert {f"{rule}.{member.value}" for member in members} <= TEXTS[language].words.keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_suggestions(language):
    """There are suggestions for every category, short and without repetition."""
    offered = suggestions(language)

    assert {one.category for one in offered} == set(TEXTS[language].categories)
    assert len({one.prompt for one in offered}) == len(offered) >= 30
    assert max(len(one.prompt) for one in offered) <= 120


def test_templates_can_name_every_text():
    """No text bears the name of a dict's own method, which a template would print instead."""
    assert not TEXTS["ko"].page.keys() & set(dir(dict))
