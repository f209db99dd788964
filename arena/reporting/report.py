"""The report of a round, in Korean: question, method, result, its doubt and limits, how to check.

Everything in it follows from the record that is exported; nothing of a single voter is in it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from arena.contest.contest import Contest
from arena.contest.exclusion import Rule
from arena.contest.roster import ContestantId
from arena.ledger.entries import EntryType
from arena.reporting import report_doubt, report_text
from arena.reporting.analysis import Analysis, Line
from arena.reporting.blocks import Block, Bullets, Heading, Lines, Paragraph, Report, Table
from arena.reporting.composite import percent
from arena.reporting.entrants import shown
from arena.reporting.report_parts import MOST_ABREAST, drawn, span
from arena.reporting.tally import Standing

SEOUL = timezone(timedelta(hours=9))


@dataclass(frozen=True, slots=True)
class Facts:
    """What a report is made of.

    `excluded` counts votes by the rule that took them out, `seen` entries of the round by type. `size` and
    `root` (base64) are those of the last checkpoint, `key` the vkey that signed it; `results` are the numbers
    and commitments of what was committed; `as_of` is the time of the last entry, in seconds since 1970.
    """

    contest: Contest
    found: Analysis
    excluded: Mapping[Rule, int]
    on_controls: int
    seen: Mapping[str, int]
    rules_hash: str
    size: int
    root: str
    key: str
    results: Sequence[tuple[int, str]]
    as_of: int


def report(facts: Facts) -> Report:
    """Write the report."""
    rules = facts.contest.rules
    title = shown(rules.titles["ko"])
    return Report(
        title=report_text.TITLE,
        subtitle=title,
        about=tuple(_about(facts)),
        foot=f"{report_text.TITLE} · {title} · {report_text.NOTICE}",
        blocks=tuple(_blocks(facts)),
        made_of=facts.as_of,
    )


def _blocks(facts: Facts) -> Iterator[Block]:
    yield from _at_a_glance(facts)
    yield from _question(facts)
    yield from _method(facts)
    yield from _result(facts)
    yield from report_doubt.doubt(facts.found, facts.contest.rules)
    yield from report_doubt.categories(facts.found, facts.contest.rules)
    yield Heading("이 결과가 말하지 않는 것")
    yield Bullets(report_text.LIMITS)
    yield from _checking(facts)
    yield Heading("낱말")
    yield Table("이 보고서의 낱말", ("낱말", "뜻"), report_text.GLOSSARY, figures_from=2)


# The head


def _about(facts: Facts) -> Iterator[tuple[str, str]]:
    rules = facts.contest.rules
    yield "라운드", rules.round_id
    yield "기간", f"{_moment(rules.opens)} – {_moment(rules.closes)} (한국 시각)"
    yield "상태", _state(facts)
    yield "기준 시점", _moment(datetime.fromtimestamp(facts.as_of, UTC))
    yield "규칙 지문", facts.rules_hash


def _state(facts: Facts) -> str:
    rehearsal = "리허설(모의 운영): 실제 평가가 아닙니다. " if facts.contest.rules.rehearsal else ""
    if not facts.results:
        return f"{rehearsal}확정 전 집계"
    return f"{rehearsal}확정 결과 제{facts.results[-1][0]}호"


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(SEOUL):%Y. %-m. %-d. %H:%M}"


# Sections


def _at_a_glance(facts: Facts) -> Iterator[Block]:
    points = facts.contest.rules.points
    yield Heading("한눈에 보기")
    yield Paragraph(facts.found.decision.korean, stands_out=True)
    rows = [
        (
            str(rank),
            shown(row.team),
            shown(row.name),
            f"{row.points:.2f}",
            f"{row.points_lower:.2f}–{row.points_upper:.2f}",
            span(line.rank_low, line.rank_high),
            f"{row.votes:,}",
        )
        for rank, row, line in _ranked(facts.found)
    ]
    head = ("순위", "팀", "모델", f"점수({points}점)", "95% 구간", "가능한 순위", "표")
    yield Table("사용자 평가 점수", head, tuple(rows), figures_from=3)
    yield Paragraph(report_text.POINTS.format(points=points))


def _ranked(found: Analysis) -> Iterator[tuple[int, Standing, Line]]:
    rows = zip(found.standings.rows, found.lines, strict=True)
    for rank, (row, line) in enumerate(rows, start=1):
        yield rank, row, line


def _question(facts: Facts) -> Iterator[Block]:
    yield Heading("무엇을 물었나")
    yield Paragraph(report_text.QUESTION)
    yield Table("평가의 크기", ("항목", "수"), tuple(_sizes(facts)))


def _sizes(facts: Facts) -> Iterator[tuple[str, str]]:
    seen, standings = facts.seen, facts.found.standings
    yield "참가 모델", f"{len(standings.rows):,}"
    yield "시작한 비교", f"{seen.get(EntryType.BATTLE_OPENED, 0):,}"
    yield "답변 실패·중단으로 무효가 된 비교", f"{seen.get(EntryType.BATTLE_VOIDED, 0):,}"
    yield "던진 표", f"{seen.get(EntryType.VOTE_CAST, 0):,}"
    yield "시민이 스스로 거둔 표", f"{seen.get(EntryType.VOTE_WITHDRAWN, 0):,}"
    for rule, votes in facts.excluded.items():
        yield f"제외한 표: {report_text.RULES[rule]}", f"{votes:,}"
    yield "점수에 쓰지 않는 대조 비교의 표", f"{facts.on_controls:,}"
    yield "점수에 쓴 표", f"{standings.votes:,}"
    if standings.left_out:
        yield "점수에서 뺀 '둘 다 아쉽다'", f"{standings.left_out:,}"
    yield "점수에 쓴 표의 투표자", f"{standings.voters:,}"


def _method(facts: Facts) -> Iterator[Block]:
    yield Heading("어떻게 쟀나")
    yield Bullets(report_text.method(facts.contest.rules))


def _result(facts: Facts) -> Iterator[Block]:
    found = facts.found
    yield Heading("결과")
    rows = [
        (
            shown(row.team),
            f"{row.rating:.0f}",
            f"{row.lower:.0f}–{row.upper:.0f}",
            f"{100 * row.points / facts.contest.rules.points:.1f}%",
            percent(line.p_last),
        )
        for _, row, line in _ranked(found)
    ]
    head = ("팀", "평점", "95% 구간", "이길 확률(평균)", "최하위일 확률")
    yield Table("평점", head, tuple(rows))
    yield Paragraph(report_text.RATING)
    yield drawn(found, "forest", "; ".join(f"{row[0]} {row[1]} ({row[2]})" for row in rows))
    yield Heading("둘씩 견준 결과", level=2)
    yield Paragraph(report_text.PAIRS)
    yield from _pairs(found)


def _pairs(found: Analysis) -> Iterator[Block]:
    labels = [one.label for one in found.entrants]
    if len(labels) <= MOST_ABREAST:
        rows = [
            (one.label, *(_met(found, one.id, other.id) for other in found.entrants))
            for one in found.entrants
        ]
        yield Table("가로줄 팀의 승–무–패 (표)", ("", *labels), tuple(rows))
    yield drawn(found, "pairs", "가로줄의 팀이 세로줄의 팀을 이길 확률을 평점에서 계산한 표")


def _met(found: Analysis, one: ContestantId, other: ContestantId) -> str:
    if one == other:
        return "·"
    met = found.meetings[one, other]
    return f"{met.won:,}–{met.tied:,}–{met.lost:,}"


def _checking(facts: Facts) -> Iterator[Block]:
    yield Heading("확인하는 방법")
    yield Paragraph(report_text.CHECKING)
    yield Lines((f"arena-verify . --key {facts.key}",))
    yield Bullets(report_text.CHECKS)
    rows = [
        ("규칙과 참가 명단 (rules.json)", facts.rules_hash),
        (f"기록의 뿌리 (항목 {facts.size:,}개)", facts.root),
        *((f"확정 결과 제{number}호의 약속", commitment) for number, commitment in facts.results),
        ("기록에 서명한 열쇠", facts.key),
    ]
    yield Lines(tuple(line for name, value in rows for line in (name, f"  {value}")))
