"""What the charts say, in Korean and English: titles, how to read them, axes, and the page around them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """What a chart says: its title, how to read it, of its axis and of its figures."""

    title: str
    reading: str
    across: str = ""
    figures: str = ""


TITLE = {"ko": "순위와 그 불확실성", "en": "Standings and how sure they are"}

PAGE_HEAD = """<!doctype html>
<html lang="{language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ font-family: sans-serif; color: #1a1a1a; background: #fff; margin: 1.5rem auto; max-width: 60rem; }}
figure {{ margin: 2rem 0; }}
svg {{ max-width: 100%; height: auto; }}
figcaption {{ margin-top: .5rem; line-height: 1.6; }}
</style>
<main>
<h1>{title}</h1>
"""


FOREST = {
    "ko": Words(
        "평점과 구간",
        "네모는 평점, 선은 그 구간입니다. 오른쪽 순위는 모든 팀에 대해 한꺼번에 가능한 순위입니다. "
        "선이 겹치는지로 차이를 판단하지 말고 순위를 보십시오.",
        across="평점 (평균 1000)",
        figures="순위",
    ),
    "en": Words(
        "Ratings and their intervals",
        "The square is the rating and the line its interval. The ranks on the right are those that "
        "are possible for all contestants at once: judge by them, not by whether lines overlap.",
        across="rating (the mean is 1000)",
        figures="rank",
    ),
}

RANKS = {
    "ko": Words(
        "각 순위일 확률 (%)",
        "가로줄마다 한 팀이 각 순위일 확률입니다. 테두리는 모든 팀에 대해 한꺼번에 가능한 순위입니다.",
        across="순위",
    ),
    "en": Words(
        "Chance of each rank (%)",
        "Each line holds the chances of one contestant to have each rank. "
        "A frame marks the ranks that are possible for all contestants at once.",
        across="rank",
    ),
}

PAIRS = {
    "ko": Words(
        "가로줄의 팀이 세로줄의 팀을 이길 확률 (%)",
        "무승부는 반씩 나눈 확률입니다. 테두리는 우연으로 보기 어려운 차이입니다.",
    ),
    "en": Words(
        "Chance that the row beats the column (%)",
        "Ties are shared. A frame marks a difference beyond chance over all pairs at once.",
    ),
}
