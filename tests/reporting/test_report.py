"""The report: the same bytes everywhere, names are text in it whatever they hold, and it says what is so."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from html.parser import HTMLParser

import pyarrow.csv as pc
import pyarrow.parquet as pq
import pytest
import typst

from arena.contest.exclusion import Rule
from arena.contest.roster import Roster
from arena.contest.rules import DecisionRule, Openings, Speed
from arena.ledger.findings import Findings
from arena.reporting import drawings, report_doubt, report_pdf, report_text
from arena.reporting.analysis import analyse
from arena.reporting.blocks import Lines, Paragraph, Table
from arena.reporting.folder import SHOWN
from arena.reporting.parquet import write_parquet
from arena.reporting.report import Facts, report
from arena.reporting.report_html import as_html
from arena.reporting.report_pdf import as_pdf, as_pictures
from arena.reporting.verifying import check_folder
from tests.leading import lifecycle, surely
from tests.reporting.ballots import cast_many, changed
from tests.reporting.rounds import ballots, columns, columns_of
from tests.signed import evaluators_of, signed_arena

HOSTILE = (
    '#import "x" $x^2$ *b* _i_ `c` \\u{41} <l> @r',
    "<script>alert(1)</script>&amp;<b>",
    '=HYPERLINK("http://example.org")',
    "팀\u202e거꾸로\u200b",
    "\"]; #sys.inputs // ' ~",
)


def facts(contest, found, **other):
    said = {
        "contest": contest,
        "found": found,
        "excluded": {Rule.ONE_SIDED: 3},
        "on_controls": 11,
        "seen": {"BattleOpened": 1300, "VoteCast": 1214},
        "rules_hash": "ab" * 32,
        "size": 4000,
        "root": "cm9vdA==",
        "key": "log.example+00000000+key",
        "results": [(1, "cd" * 32)],
        "as_of": int(datetime(2026, 12, 1, 3, tzinfo=UTC).timestamp()),
    }
    return Facts(**{**said, **other})


@pytest.fixture(scope="module")
def made():
    """What reports were made of, once for the tests of this file."""
    return {}


@pytest.fixture
def written(contest, made):
    """The report of 1,200 votes."""
    if "report" not in made:
        made["report"] = report(facts(contest, analyse(contest, columns(contest))))
    return made["report"]


@pytest.fixture
def hostile(contest):
    """A contest of teams whose names are markup of every kind."""
    named = [
        replace(one, team=name, name=name)
        for one, name in zip(contest.roster.contestants, HOSTILE, strict=True)
    ]
    titles = {"ko": HOSTILE[1], "en": HOSTILE[0]}
    return changed(replace(contest, roster=Roster(tuple(named))), titles=titles)


class Read(HTMLParser):
    """Tags, attributes and texts of a page."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.attributes, self.texts = [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data):
        self.texts.append(data)


def texts(written):
    """Every text of a report."""
    for block in written.blocks:
        match block:
            case Table(caption, head, rows, _):
                yield from (caption, *head, *(cell for row in rows for cell in row))
            case Paragraph(text, _):
                yield text
            case Lines(lines):
                yield from lines


def test_same_bytes(written):
    """The same report is the same file each time, as HTML and as PDF."""
    assert as_html(written) == as_html(written)
    assert as_pdf(written) == as_pdf(written)


def test_pdf(written):
    """The PDF is tagged for screen readers, in Korean, of the round's own time, on four to eight pages."""
    content = as_pdf(written)

    assert content.startswith(b"%PDF-")
    assert b"pdfuaid:part" in content
    assert b"(ko" in content
    assert b"D:20261201030000" in content
    assert 4 <= len(as_pictures(written, ppi=10)) <= 8


def test_fonts():
    """The PDF knows its own fonts and none of the machine's."""
    assert "Noto Sans KR" in report_pdf.FONTS.families()
    assert {font.path for font in report_pdf.FONTS.fonts() if font.path} <= {
        str(path) for path in drawings.FONT.parent.iterdir()
    }


def test_html_stands_alone(written):
    """The HTML has no script, loads nothing, and holds every chart with one line on how to read it."""
    page = as_html(written).decode()
    read = Read(page)

    assert "script" not in read.tags
    assert not {name for name, _ in read.attributes} & {"src", "onload", "onclick"}
    assert not any(value.startswith("http") for name, value in read.attributes if name == "href")
    assert read.tags.count("svg") == read.tags.count("figcaption") == len(drawings.NAMES)
    assert {value for name, value in read.attributes if name == "lang"} == {"ko"}
    ids = [value for name, value in read.attributes if name == "id"]
    assert len(ids) == len(set(ids))


def test_it_says_the_score(contest, written):
    """Points, verdict and hashes of the report are those that it was made of."""
    found = analyse(contest, columns(contest))
    said = set(texts(written))

    assert found.decision.korean in said
    assert {f"{row.points:.2f}" for row in found.standings.rows} <= said
    assert any("ab" * 32 in one for one in said)
    assert any("cd" * 32 in one for one in said)


def test_hostile_names_in_html(hostile, written):
    """Names that are markup are text in the HTML: no tag and no attribute comes of them."""
    page = Read(as_html(report(facts(hostile, analyse(hostile, columns(hostile))))).decode())
    plain = Read(as_html(written).decode())

    assert set(page.tags) == set(plain.tags)
    assert page.tags.count("p") == plain.tags.count("p")
    assert any(HOSTILE[1] in text for text in page.texts)
    assert not any("\u202e" in text or "\u200b" in text for text in page.texts)


def headings(written):
    """The headings of the PDF, as they were set."""
    data = json.dumps(report_pdf._data(written), ensure_ascii=False)
    template = report_pdf.TEMPLATE.encode()
    found = typst.query(
        template, "heading", font_paths=report_pdf.FONTS, sys_inputs={"report": data}, field="body"
    )
    return json.loads(found)


def test_hostile_names_in_pdf(contest, hostile):
    """Names that are markup are text in the PDF: nothing that they say is done."""
    written = report(facts(hostile, analyse(hostile, columns(hostile))))
    plain = report(facts(contest, analyse(contest, columns(contest))))

    assert as_pdf(written).startswith(b"%PDF-")
    assert headings(written) == headings(plain)
    assert HOSTILE[0] in set(texts(written))


def test_no_committed_result(contest, written):
    """A report before any result was committed says so."""
    found = analyse(contest, columns(contest))
    before = dict(report(facts(contest, found, results=[])).about)
    contests = changed(contest, rehearsal=False)

    assert before["상태"] == "리허설(모의 운영): 실제 평가가 아닙니다. 확정 전 집계"
    assert dict(report(facts(contests, found)).about)["상태"] == "확정 결과 제1호"


def test_method_is_that_of_the_rules(contest):
    """The report says of the method what the rules say, and no more."""
    open_ = " ".join(report_text.method(contest.rules))
    other = changed(contest, openings=Openings.AUDITORS, speed=Speed.VISIBLE, ties="davidson").rules
    closed = " ".join(report_text.method(other))

    assert "속도로도" in open_
    assert "속도로도" not in closed
    assert "감사용 자료" in closed
    assert "데이비드슨" in closed
    assert "{" not in open_ + closed


def test_what_a_verdict_takes(contest):
    """The report says what the rules ask of a verdict, and from how many votes on a category is in it."""
    rule = DecisionRule(Decimal("0.875"), 1_234, Decimal("0.03"), votes=1_201, category_votes=50)
    asked = changed(contest, decision=rule)
    free = changed(contest, decision=replace(rule, votes=0))
    written = report(facts(asked, analyse(asked, columns(asked))))
    method = " ".join(report_text.method(asked.rules))

    assert all(words in method for words in ("87.5% 이상", "1,234명 이상", "전체의 3%", "1,201표보다 적으면"))
    assert "0표보다" not in " ".join(report_text.method(free.rules))
    assert any("표가 50표보다 적은 분야" in text for text in texts(written))
    assert any("가장 적은 표수는 1,201표" in text for text in texts(written))


def test_many_contestants(contest):
    """With many contestants the tables are those that a page can hold."""
    first = contest.roster.contestants[0]
    more = [replace(first, id=f"more-{number}", team=f"팀 {number}") for number in range(4)]
    large = replace(contest, roster=Roster((*contest.roster.contestants, *more)))
    written = report(facts(large, analyse(large, columns(large, voters=120))))

    assert max(len(block.head) for block in written.blocks if isinstance(block, Table)) <= 7
    assert as_pdf(written).startswith(b"%PDF-")


def test_one_category(contest):
    """Where categories cannot be told apart the report says so."""
    found = analyse(contest, columns(contest, categories=("law",)))

    assert report_text.NO_CATEGORIES in set(texts(report(facts(contest, found))))


def test_fragility(contest):
    """How many votes change the last place is said as it was found: exactly, or from where to where."""
    found = analyse(contest, columns(contest)).decision
    exact = replace(found, votes_to_change=7, votes_at_least=7, voters_to_change=3, voters_at_least=2)

    said = report_doubt.fragile(exact)

    assert "적어도 7표" in said
    assert "2명 이상(3명이면 충분함)" in said


# In the folder


@pytest.fixture
def arena(store, contest, tmp_path):
    """One arena whose log has a key and a notary, and a hundred votes."""
    made = signed_arena(store, changed(contest, openings=Openings.AUDITORS), tmp_path)
    cast_many(made, voters=25)
    return made


def test_folders_hold(arena, tmp_path):
    """Both forms of a folder with report, charts and Parquet hold, and are the same to the byte again."""
    surely(lifecycle(arena).close)
    surely(lifecycle(arena).commit_result)
    surely(lifecycle(arena).publish)
    for name, for_auditors in (("public", False), ("again", False), ("full", True)):
        evaluators_of(arena).export(tmp_path / name, lambda _: None, for_auditors=for_auditors, shows=True)
    findings = {name: Findings() for name in ("public", "full")}
    for name, kept in findings.items():
        check_folder(tmp_path / name, kept)

    assert {name: kept.kept for name, kept in findings.items()} == {"public": [], "full": []}
    for name in ("public", "full"):
        assert {path.name for path in (tmp_path / name).iterdir()} >= set(SHOWN)
    for path in (tmp_path / "public").iterdir():
        assert path.read_bytes() == (tmp_path / "again" / path.name).read_bytes()
    assert (tmp_path / "public/report.html").read_bytes() == (tmp_path / "full/report.html").read_bytes()
    for folder in ("public", "full"):
        rows = pq.read_table(tmp_path / folder / "votes.parquet").to_pylist()
        plain = pc.read_csv(tmp_path / folder / "votes.csv").to_pylist()
        assert [{k: str(v) for k, v in row.items()} for row in rows] == [
            {k: str(v) for k, v in row.items()} for row in plain
        ]


def test_no_voter_in_the_report(arena, tmp_path):
    """Nobody who voted is named in report or charts, not in a folder for auditors either."""
    voters = {voter for voter, *_ in cast_many(arena, voters=3)}
    evaluators_of(arena).export(tmp_path / "out", lambda _: None, for_auditors=True, shows=True)

    page = (tmp_path / "out/report.html").read_text("utf-8")
    assert not any(voter in page for voter in voters)
    assert not re.search(r"(?<![\w+/])[A-Z2-7]{26}(?![\w+/=])", page)  # in a picture it is chance


def test_no_scores_no_report(store, contest, tmp_path):
    """Where the votes make no score there is no report, and the folder holds."""
    arena = signed_arena(store, contest, tmp_path)
    evaluators_of(arena).export(tmp_path / "out", lambda _: None, shows=True)
    findings = Findings()

    check_folder(tmp_path / "out", findings)

    assert findings.kept == []
    assert (tmp_path / "out/votes.parquet").exists()
    assert not (tmp_path / "out/report.pdf").exists()


def test_spoiled_report(arena, tmp_path):
    """A report that is not the one of the manifest is found."""
    evaluators_of(arena).export(tmp_path / "out", lambda _: None, shows=True)
    (tmp_path / "out/report.html").write_text("다른 보고서")
    findings = Findings()

    check_folder(tmp_path / "out", findings)

    assert [one.file for one in findings.kept] == ["report.html"]


def test_parquet_of_many_rows(tmp_path):
    """Parquet is written some rows at a time, and the same rows give the same bytes."""
    table = tmp_path / "votes.csv"
    table.write_text("model_a,anony,turn\n" + "".join(f"가{n},True,{n % 4}\n" for n in range(70_000)))
    for name in ("one", "other"):
        write_parquet(table, tmp_path / name)

    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()
    assert pq.ParquetFile(tmp_path / "one").metadata.num_row_groups == 2
    assert pq.read_table(tmp_path / "one").num_rows == 70_000


def test_drawings(contest):
    """Charts name teams, say how to read them, and are the same bytes each time."""
    found = analyse(contest, columns(contest))
    for name in drawings.NAMES:
        for language in ("ko", "en"):
            svg = drawings.drawing(found, name, "svg", language)
            assert svg == drawings.drawing(found, name, "svg", language)
            assert contest.roster.contestants[0].team in svg.decode()
            assert "Noto Sans KR" in svg.decode()
            assert drawings.reading_of(name, language)
            assert drawings.title_of(name, language) in svg.decode()


def test_excluded_of_removed(contest):
    """Votes of other tracks on contestants that were removed are not in the analysis of a report."""
    counting = ballots(contest)
    found = analyse(contest, columns_of(counting, []))

    assert found.excluded == 0
