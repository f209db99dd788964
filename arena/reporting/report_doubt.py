"""The sections of the report on how sure the result is, and on what differs by category."""

from collections.abc import Iterator

from arena.contest.rules import Rules
from arena.reporting import report_text
from arena.reporting.analysis import Analysis
from arena.reporting.blocks import Block, Heading, Paragraph, Table
from arena.reporting.by_part import Part, PartLine
from arena.reporting.composite import percent
from arena.reporting.goodness import LEVEL, Found
from arena.reporting.report_parts import MOST_ABREAST, drawn
from arena.reporting.sensitivity import WORDS, Alternative
from ratings.decision import Decision


def doubt(found: Analysis, rules: Rules) -> Iterator[Block]:
    """Say how sure the result is."""
    yield Heading("얼마나 확실한가")
    yield Paragraph(report_text.RANKS)
    told = "; ".join(
        f"{one.label} "
        + ", ".join(f"{rank}위 {percent(chance)}" for rank, chance in enumerate(line.chances, 1))
        for one, line in zip(found.entrants, found.lines, strict=True)
    )
    yield drawn(found, "ranks", told)
    yield Heading("몇 표가 결과를 바꾸나", level=2)
    yield Paragraph(fragile(found.decision))
    yield Heading("다른 방법을 썼다면", level=2)
    yield Paragraph(report_text.SENSITIVITY)
    yield _sensitivity(found, rules)
    yield Heading("모형과 표가 맞는가", level=2)
    yield Paragraph(report_text.GOODNESS)
    yield Table("살펴본 물음", ("물음", "p", "판정"), tuple(map(_asked, found.findings)))


def fragile(decision: Decision) -> str:
    """Say how few votes and voters would bring another to the last place."""
    votes = _least(decision.votes_to_change, decision.votes_at_least, "표")
    voters = _least(decision.voters_to_change, decision.voters_at_least, "명")
    return (
        f"최하위 자리를 다른 팀과 같게 만들려면 표를 바꾸거나 더하거나 빼서 {votes}, 사람으로는 {voters}이 "
        f"필요합니다. 점수에 쓴 표의 투표자는 {decision.voters:,}명입니다."
    )


def _least(found: int, at_least: int, unit: str) -> str:
    if found == at_least:
        return f"적어도 {found:,}{unit}"
    return f"{at_least:,}{unit} 이상({found:,}{unit}이면 충분함)"


def _sensitivity(found: Analysis, rules: Rules) -> Table:
    labels = [one.label for one in found.entrants]
    if len(labels) > MOST_ABREAST:
        rows = [(WORDS[one.assumption].ko, f"{one.votes:,}", _last(found, one)) for one in found.alternatives]
        as_ruled = ("규칙대로", f"{found.standings.votes:,}", found.entrants[-1].label)
        return Table("가정을 바꾸었을 때의 최하위", ("가정", "표", "최하위"), (as_ruled, *rows))
    ruled = tuple(f"{row.points:.2f} ({rank})" for rank, row in enumerate(found.standings.rows, 1))
    others = tuple((WORDS[one.assumption].ko, *_placed(found, one)) for one in found.alternatives)
    caption = f"가정을 바꾸었을 때의 점수({rules.points}점 만점)와 순위"
    return Table(caption, ("가정", *labels), (("규칙대로", *ruled), *others))


def _placed(found: Analysis, other: Alternative) -> Iterator[str]:
    for entrant in found.entrants:
        one = other.of(entrant.id)
        yield "–" if one is None else f"{one.points:.2f} ({one.rank})"


def _last(found: Analysis, other: Alternative) -> str:
    return "–" if other.last is None else found.labels.get(other.last, other.last)


def _asked(one: Found) -> tuple[str, str, str]:
    p = "–" if one.p is None else (f"{one.p:.3f}" if one.p >= LEVEL / 10 else f"<{LEVEL / 10:g}")
    return one.asked.ko, p, "살펴볼 것" if one.is_alarm else "이상 없음"


def categories(found: Analysis, rules: Rules) -> Iterator[Block]:
    """Say what differs by category."""
    yield Heading("분야별 결과")
    rated = [part for part in found.categories.parts if part.lines]
    if not rated:
        yield Paragraph(report_text.NO_CATEGORIES)
        return
    yield Paragraph(report_text.CATEGORIES.format(fewest=f"{rules.decision.category_votes:,}"))
    labels = [one.label for one in found.entrants]
    if len(labels) <= MOST_ABREAST:
        rows = tuple(
            (report_text.category(part.label), f"{part.votes:,}", *_abreast(found, part)) for part in rated
        )
        yield Table("분야별 평점", ("분야", "표", *labels), rows)
    else:
        rows = tuple(
            (report_text.category(part.label), f"{part.votes:,}", *_ends(found, part)) for part in rated
        )
        yield Table("분야별로 가장 높은 팀과 낮은 팀", ("분야", "표", "가장 높음", "가장 낮음"), rows)


def _abreast(found: Analysis, part: Part) -> Iterator[str]:
    by_id = {line.contestant: line for line in part.lines}
    for one in found.entrants:
        line = by_id[one.id]
        yield f"{line.rating:.0f} ± {line.upper - line.rating:.0f}"


def _ends(found: Analysis, part: Part) -> tuple[str, str]:
    best, *_, worst = sorted(part.lines, key=lambda line: (-line.rating, line.contestant))
    return _named(found, best), _named(found, worst)


def _named(found: Analysis, line: PartLine) -> str:
    return f"{found.labels[line.contestant]} {line.rating:.0f}"
