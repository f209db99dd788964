import json

import pytest

from arena import errors
from arena.errors import ArenaError, BackendError, BadSetting, BattleRunning, Fault, Refused, StoreUnavailable
from arena.web.guard import LANGUAGES
from arena.web.refusal import CODES, STATUS, refusal, refused
from arena.web.text.refusals import REFUSALS


def below(kind):
    """Every error below `kind` in the tree."""
    return [
        each
        for child in kind.__subclasses__()
        for each in (child, *below(child))
        if each.__module__ == errors.__name__
    ]


def body(response):
    """What the citizen's browser reads."""
    return json.loads(response.body)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", below(Refused))
def test_every_refusal_has_its_words(kind, language):
    """Whatever is refused, the citizen reads why in her language, and a program reads the code."""
    answer = refused(kind("a detail"), language)

    assert answer.status_code == STATUS[kind]
    assert body(answer)["error"] == kind.code
    assert body(answer)["message"] == REFUSALS[kind.code][language]


def test_codes_tell_refusals_apart():
    """No two refusals have the same code."""
    codes = [kind.code for kind in below(Refused)]

    assert len(set(codes)) == len(codes)


@pytest.mark.parametrize("kind", [kind for kind in below(Refused) if kind is not BattleRunning])
def test_details_stay_inside(kind):
    """What was written for a developer does not reach the citizen."""
    assert b"inner" not in refused(kind("inner"), "en").body


def test_the_running_battle_is_named():
    """A citizen with a battle under way is told which, so that the page can take her there."""
    assert body(refused(BattleRunning("b-1"), "ko"))["battle"] == "b-1"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", [kind for kind in below(ArenaError) if kind is not Refused])
def test_every_error_of_ours_has_a_face(kind, language):
    """No error of the arena is answered with a broken page, whoever was meant to see it."""
    error = kind.__new__(kind)
    answer = refused(error, language)

    assert answer.status_code >= 400
    assert set(body(answer)) >= {"error", "message"}


@pytest.mark.parametrize("error", [BackendError(Fault.FAILED, "http://one:8000"), BadSetting("/srv/secrets")])
def test_inner_errors_tell_nothing(error):
    """An error that only the operator can mend is a plain excuse to the citizen."""
    answer = refused(error, "en")

    assert answer.status_code == 500
    assert body(answer) == {"error": "internal", "message": REFUSALS["internal"]["en"]}


def test_try_again_later():
    """What will pass says when to come back."""
    assert refused(StoreUnavailable("disk full"), "ko").headers["retry-after"] == "5"
    assert "retry-after" not in refusal("sealed", 403, "ko").headers


@pytest.mark.parametrize("code", REFUSALS)
def test_every_text_is_there_in_every_language(code):
    """No refusal is silent in a language that the page speaks."""
    assert set(REFUSALS[code]) == set(LANGUAGES)
    assert all(text.strip() for text in REFUSALS[code].values())


def test_every_code_of_the_table_has_a_text():
    """The codes of errors that are not refusals have texts as well."""
    assert set(CODES.values()) <= set(REFUSALS)
