"""The published standings, for readers who know no statistics."""

KO = {
    "heading": "시민의 선택",
    "counted": "{voters:,}명이 이름을 모른 채 답변을 나란히 읽고 던진 {votes:,}표로 계산했습니다.",
    "read": "짙은 눈금은 평점이고, 옅은 막대는 95 % 구간입니다. "
    "같은 조사를 다시 하면 평점은 대개 이 막대 안에 놓입니다. "
    "막대가 겹치는 모델끼리는 차례가 우연일 수 있습니다.",
    "rating": "평점 {rating:.0f} (95 % 구간 {lower:.0f}–{upper:.0f})",
    "points": "점수 {points:.2f}",
    "near": "바로 위 모델과 막대가 겹칩니다. 이 차례는 우연일 수 있습니다.",
    "axis": "평점",
    "says_title": "이 결과가 말하는 것",
    "says_1": "시민이 모델의 이름을 모른 채 두 답변을 견주었을 때 어느 쪽을 더 자주 골랐는지 말합니다.",
    "says_2": "평점의 차이가 투표의 수에 비해 얼마나 확실한지, 막대의 길이로 말합니다.",
    "not_title": "이 결과가 말하지 않는 것",
    "not_1": "어느 모델의 답이 더 정확한지는 말하지 않습니다. 시민은 사실을 하나하나 확인하지 않았습니다.",
    "not_2": "물어보지 않은 일에서도 그러하리라고는 말하지 않습니다. 질문은 참여한 시민의 것입니다.",
    "not_3": "글의 길이와 문체의 영향을 없애지 못했습니다. 이름만 가렸습니다.",
    "not_4": "전체 평가의 결과가 아닙니다. 사용자 평가는 전체 평가의 한 부분입니다.",
    "check_title": "직접 확인하기",
    "check": "모든 투표는 아무도 몰래 고칠 수 없는 기록에 남아 있습니다. 투표한 분은 영수증으로 자기 표를, "
    "누구나 공개된 기록으로 점수를 다시 계산해 볼 수 있습니다.",
    "receipt": "내 영수증 확인",
    "verifier": "확인 도구 내려받기 (verify.html)",
    "csv": "점수표 (CSV)",
    "json": "순위 (JSON)",
    "svg": "그림 (SVG)",
    "files": "내려받기",
    "drawing": "모델별 평점과 95 % 구간",
}

EN = {
    "heading": "What citizens preferred",
    "counted": "Computed from {votes:,} votes of {voters:,} people who read two answers side by side without "
    "knowing whose they were.",
    "read": "The dark mark is the rating, the pale bar its 95 % interval: were all repeated, the rating "
    "would mostly lie within the bar. Where bars overlap, the order may be chance.",
    "rating": "Rating {rating:.0f} (95 % interval {lower:.0f}–{upper:.0f})",
    "points": "Points {points:.2f}",
    "near": "Its bar overlaps with that of the model above; this order may be chance.",
    "axis": "Rating",
    "says_title": "What this says",
    "says_1": "Which of two answers citizens chose more often when they did not know whose they were.",
    "says_2": "How certain the differences are for so many votes, by the length of the bars.",
    "not_title": "What this does not say",
    "not_1": "Which model's answers are more correct: citizens did not look facts up one by one.",
    "not_2": "That it would be so for what was not asked: the questions are those of the citizens who came.",
    "not_3": "Anything free of length and style: only names were hidden.",
    "not_4": "The outcome of the whole evaluation, of which the users' part is one.",
    "check_title": "Check it yourself",
    "check": "Every vote is on a record that nobody can change unseen. With a receipt a voter can check her "
    "own vote; from the published record anyone can compute the points again.",
    "receipt": "Check my receipt",
    "verifier": "Download the verifier (verify.html)",
    "csv": "Score sheet (CSV)",
    "json": "Standings (JSON)",
    "svg": "Drawing (SVG)",
    "files": "Download",
    "drawing": "Ratings of the models with 95 % intervals",
}
