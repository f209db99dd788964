"""What the report says in every round, in Korean: plain, and no more than the votes carry."""

from collections.abc import Mapping

from arena.contest.exclusion import Rule
from arena.contest.rules import BothBad, DecisionRule, Openings, Rules, Speed, Ties, percent

TITLE = "사용자 평가 결과 보고서"
NOTICE = "비교한 답변은 모두 생성형 AI가 만들었습니다"

QUESTION = (
    "시민은 어느 모델의 답을 더 좋게 보았는가. 시민이 스스로 쓴 질문에 이름을 가린 두 모델이 나란히 답했고, "
    "시민은 두 답을 읽고 더 좋은 쪽을 골랐습니다. 이 보고서는 그 선택을 모아 모델마다 점수를 내고, 그 점수를 "
    "얼마나 믿을 수 있는지 함께 적습니다."
)

POINTS = (
    "점수는 한 모델이 다른 참가 모델을 이길 확률의 평균에 {points}점을 곱한 값입니다. 95% 구간은 "
    "같은 평가를 다른 시민들과 되풀이했을 때 스무 번에 열아홉 번꼴로 참값을 담는 방법으로 "
    "계산했습니다. 가능한 순위는 모든 팀에 대해 한꺼번에 95%의 신뢰수준으로 성립합니다. 두 팀의 "
    "차이는 구간이 겹치는지가 아니라 가능한 순위로 판단해야 합니다."
)

BLIND = (
    "이름을 가렸습니다. 투표할 때까지 시민에게는 답변 A와 답변 B만 보입니다. 답 속의 모델 이름은 지웁니다."
)
IN_STEP = "두 답을 같은 빠르기로 내보내 속도로도 알아볼 수 없게 했습니다."
DRAWN = (
    "짝과 좌우는 제비로 정했습니다. 제비의 씨앗은 평가를 열기 전에 약속(해시)으로 기록하고 끝난 뒤에 "
    "공개하므로, {who} 모든 짝을 다시 계산할 수 있습니다. 모든 짝이 같은 횟수로 나오도록 짜여 "
    "있습니다."
)
VOTES = (
    "표는 'A가 더 좋다', 'B가 더 좋다', '둘 다 좋다', '둘 다 아쉽다' 가운데서 고르며, 한 번 던진 "
    "표는 고칠 수 없습니다. 모든 비교와 표는 지울 수 없는 장부에 차례로 적힙니다."
)
EXCLUDED = (
    "표를 빼는 규칙은 평가를 열기 전에 고정했고, {who} 다시 계산할 수 있습니다. 뺀 표의 수는 위의 "
    "표에 있습니다."
)
MODEL = (
    "점수는 브래들리–테리 모형으로 계산했습니다. 모델마다 실력을 나타내는 수 하나를 두고, 두 모델의 "
    "차이가 클수록 한쪽이 이길 확률이 높다고 보는 방법입니다. 누구와 몇 번 만났는지의 차이를 "
    "바로잡습니다."
)
BY_PERSON = "한 사람이 던진 여러 표는 서로 닮으므로, 불확실성은 표가 아니라 사람을 단위로 계산했습니다."
WHO: Mapping[Openings, str] = {
    Openings.PUBLIC: "누구나",
    Openings.AUDITORS: "감사용 자료를 받은 사람은 누구나",
}

TIES: Mapping[Ties, str] = {
    Ties.HALF: "무승부는 양쪽에 반승씩으로 셉니다.",
    Ties.DAVIDSON: "무승부는 데이비드슨 모형으로 다룹니다.",
    Ties.RAO_KUPPER: "무승부는 라오–쿠퍼 모형으로 다룹니다.",
}
BOTH_BAD: Mapping[BothBad, str] = {
    BothBad.TIE: "'둘 다 아쉽다'도 무승부로 셉니다.",
    BothBad.DROPPED: "'둘 다 아쉽다'는 점수에서 뺍니다.",
}
POINTS_RULE = (
    "점수 = {points}점 × (다른 참가 모델을 이길 확률의 평균). 이 규칙도 평가를 열기 전에 고정했습니다."
)
DECIDED = (
    "최하위를 어떻게 판정할지도 평가를 열기 전에 고정했습니다. 모든 비교를 한꺼번에 보아 우연으로 보기 "
    "어려울 만큼 다른 모든 팀보다 뒤이면 투표가 최하위를 뒷받침한다고 적습니다. 그렇지 않아도 최하위일 "
    "확률이 {chance} 이상이고, 결과를 바꾸려면 투표자가 {voters:,}명 이상, 그리고 전체의 {share} 이상 "
    "달라져야 하면 시사한다고 적습니다. 나머지는 통계적 동률입니다."
)
AT_LEAST = " 점수에 쓴 표가 {votes:,}표보다 적으면 언제나 통계적 동률입니다."
CAPS = "한 사람은 {votes}표까지 던질 수 있고, 한 비교에서 {turns}번까지 이어 물을 수 있습니다."

RULES: Mapping[Rule, str] = {
    Rule.VOTES_PER_MINUTE: "1분에 너무 많이 던진 표",
    Rule.ONE_SIDED: "늘 한쪽 화면만 고른 사람의 표",
    Rule.CONTESTANT_REMOVED: "라운드에서 빠진 모델의 표",
    Rule.DECISION: "사유를 기록하고 뺀 표",
}

RATING = (
    "평점은 실력을 나타내는 수로, 참가 모델의 평균이 1000입니다. 400이 높으면 이길 가능성이 질 "
    "가능성의 열 배라는 뜻입니다. 다른 라운드나 다른 평가장의 평점과는 견줄 수 없습니다."
)
PAIRS = (
    "첫 표는 실제로 나온 결과이고, 그림은 평점에서 계산한 확률입니다. 그림의 테두리는 모든 짝을 "
    "한꺼번에 보아도 우연으로 보기 어려운 차이입니다."
)
RANKS = (
    "아래 그림은 평점의 불확실성 안에서 각 순위가 나올 확률입니다. 이 확률은 이번 투표가 얼마나 분명한지를 "
    "나타내며, 표를 던지지 않은 시민의 생각까지 말하지는 않습니다."
)
SENSITIVITY = (
    "점수는 고정한 규칙으로만 정해집니다. 다만 다른 방법을 썼다면 결과가 달라졌을지를 아래에 "
    "보입니다. 칸마다 점수와 괄호 안의 순위입니다."
)
GOODNESS = (
    "모형이 표와 맞는지, 수상한 점은 없는지를 아래의 물음으로 살폈습니다. p가 0.01보다 작으면 "
    "'살펴볼 것'으로 표시합니다. 이상이 없어도 물음마다 백 번에 한 번은 그렇게 나오며, 표시는 잘못의 "
    "증거가 아니라 들여다볼 까닭입니다."
)
CATEGORIES = (
    "분야마다 표가 적으므로, 분야별 평점은 전체 평점 쪽으로 필요한 만큼 당겨 계산했습니다(부분 "
    "통합). 칸은 평점과 95% 구간의 반폭입니다. 표가 {fewest}표보다 적은 분야는 싣지 않습니다."
)
NO_CATEGORIES = "분야별로 따로 말하기에는 표가 부족합니다."


def method(rules: Rules) -> tuple[str, ...]:
    """Say how it was measured, as the rules had it."""
    who = WHO[rules.openings]
    return (
        f"{BLIND} {IN_STEP}" if rules.speed is Speed.HIDDEN else BLIND,
        DRAWN.format(who=who),
        VOTES,
        EXCLUDED.format(who=who),
        MODEL,
        BY_PERSON,
        TIES[rules.ties],
        BOTH_BAD[rules.both_bad],
        POINTS_RULE.format(points=rules.points),
        decided(rules.decision),
        CAPS.format(votes=rules.votes_per_person, turns=rules.max_turns),
    )


def decided(rule: DecisionRule) -> str:
    """Say what a verdict on the last place takes."""
    shares = {"chance": percent(rule.chance), "share": percent(rule.share)}
    enough = AT_LEAST.format(votes=rule.votes) if rule.votes else ""
    return DECIDED.format(voters=rule.voters, **shares) + enough


CATEGORY_NAMES: Mapping[str, str] = {
    "general": "일상",
    "knowledge": "지식",
    "writing": "글쓰기",
    "law": "법률",
    "medicine": "건강·의료",
    "public": "공공 서비스",
    "coding": "코딩",
    "math": "수학",
    "translation": "번역",
    "ideas": "아이디어",
}


def category(name: str) -> str:
    """Name a category; one of a round's own stands as the rules write it."""
    return CATEGORY_NAMES.get(name, name)


LIMITS: tuple[str, ...] = (
    (
        "이 평가는 시민의 선호를 잽니다. 답이 사실인지, 안전한지, 모델이 독자 기술인지는 재지 "
        "않습니다. 그런 항목은 벤치마크와 전문가 평가가 맡습니다."
    ),
    "투표자는 온 국민을 대표하도록 뽑은 표본이 아닐 수 있습니다. 참여한 사람들의 선택으로 읽어야 합니다.",
    (
        "구간과 확률은 표본의 우연만 담습니다. 질문이 고르게 들어왔는지, 시민이 답을 끝까지 읽었는지 "
        "같은 문제는 담지 않습니다."
    ),
    (
        "이름은 가렸지만 말투와 길이는 가릴 수 없습니다. 얼마나 가려졌는지는 따로 재어 감사용 자료의 "
        "blindness.json에 싣습니다."
    ),
    (
        "통계적 동률이라고 적힌 차이로 순위를 가르면 우연으로 가르는 것과 같습니다. 그런 결정에는 "
        "다른 근거가 필요합니다."
    ),
    "모델은 평가한 기간에 제공된 그대로입니다. 나중에 바뀐 모델에는 이 결과가 맞지 않을 수 있습니다.",
)

CHECKING = (
    "이 보고서를 믿을 필요는 없습니다. 함께 받은 폴더만 있으면 누구나 자기 컴퓨터에서 아래 명령으로, "
    "또는 인터넷 없이 여는 확인 페이지(verify.html)로 다시 계산할 수 있습니다."
)
CHECKS: tuple[str, ...] = (
    (
        "확인 명령은 서명, 기록이 지워지거나 바뀌지 않았는지, 고정한 규칙, 공개된 표에서 나온 점수를 "
        "다시 계산해 봅니다. 감사용 폴더로는 모든 짝, 제외한 표, 구간과 확정 결과까지 확인합니다."
    ),
    (
        "점수와 구간은 standings.json과 scores.csv에, 표는 votes.csv에 있습니다. 이 보고서와 그림은 "
        "그 자료를 읽기 쉽게 옮긴 것이며, 다를 때에는 그 자료가 옳습니다."
    ),
    "투표한 시민은 투표할 때 받은 접수증으로 자기 표가 기록에 들어 있는지 확인할 수 있습니다.",
    "아래의 지문이 결과를 발표할 때 함께 알린 것과 같은지 견주어 보십시오.",
)

GLOSSARY: tuple[tuple[str, str], ...] = (
    ("비교", "시민의 질문 하나에 두 모델이 답하고 표를 던지기까지"),
    ("평점", "브래들리–테리 모형이 표에서 계산한 실력의 수, 평균 1000"),
    ("95% 구간", "되풀이하면 스무 번에 열아홉 번꼴로 참값을 담는 방법으로 얻은 범위"),
    ("가능한 순위", "모든 팀에 대해 한꺼번에 95%의 신뢰수준으로 배제할 수 없는 순위"),
    ("통계적 동률", "이번 표로는 누가 뒤인지 가를 수 없다는 뜻"),
    ("대조 비교", "한 모델이 자기 자신과 만난 비교. 점수에는 쓰지 않고 선택의 우연을 재는 데 씀"),
    ("지문(해시)", "자료를 줄인 짧은 수. 자료가 한 글자라도 바뀌면 달라짐"),
)
