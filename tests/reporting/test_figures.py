"""Figures for a page: every chart is there, names are shown as they are, nothing rests on colour alone."""

from dataclasses import replace

import pytest

from arena.contest.roster import Roster
from arena.reporting.analysis import analyse
from arena.reporting.drawings import NAMES
from arena.reporting.figures import FIGURES
from tests.reporting.rounds import columns


@pytest.fixture
def found(contest):
    """The analysis of 1,200 votes."""
    return analyse(contest, columns(contest))


def test_every_chart_is_a_figure_and_a_file():
    """What a page shows can be had as a file too, under one name."""
    assert set(FIGURES) == set(NAMES)


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("name", FIGURES)
def test_figures(found, name, language):
    """A figure names every team, best first."""
    figure = FIGURES[name](found, language).to_dict()

    assert list(figure["data"][0]["y"]) == [one.label for one in found.entrants]


@pytest.mark.parametrize("name", ["ranks", "pairs"])
def test_shares_are_written(found, name):
    """Each field of shades says its percent; nobody meets itself."""
    (field,) = FIGURES[name](found, "ko").to_dict()["data"]
    shares = [
        (share, said)
        for row, words in zip(field["z"], field["text"], strict=True)
        for share, said in zip(row, words, strict=True)
    ]

    assert all(said == ("" if share is None else f"{100 * share:.0f}") for share, said in shares)
    assert sum(share is None for share, _ in shares) == (5 if name == "pairs" else 0)


def test_hostile_names(contest):
    """A team's name is no markup in a figure, and not longer than a figure can hold."""
    named = [
        replace(one, team=f"<b>{number}</b><a href='http://example.org'>" + "긴" * 40)
        for number, one in enumerate(contest.roster.contestants)
    ]
    hostile = replace(contest, roster=Roster(tuple(named)))
    found = analyse(hostile, columns(hostile))

    for figure in FIGURES.values():
        text = figure(found, "ko").to_json()
        assert "<b>" not in text
        assert "<a " not in text
        assert "긴" * 40 not in text
