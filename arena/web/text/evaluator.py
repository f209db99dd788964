"""The evaluator's console."""

KO = {
    "first": "회차 상태",
    "first_lead": "투표가 고르게 들어오는지, 문제가 없는지 봅니다.",
    "standings": "순위",
    "standings_lead": "평점과 그 불확실성을 봅니다.",
    "score": "점수",
    "score_lead": "사용자 평가 점수와 종합 점수를 봅니다.",
    "export": "내보내기",
    "export_lead": "결과와 기록을 파일로 내려받습니다.",
    "lifecycle": "회차 진행",
    "lifecycle_lead": "회차를 닫고, 결과를 확정하고, 공개합니다.",
}

EN = {
    "first": "Health of the round",
    "first_lead": "Whether votes come in evenly, and what needs attention.",
    "standings": "Standings",
    "standings_lead": "Ratings and how sure they are.",
    "score": "Score",
    "score_lead": "The user-evaluation score and the composite.",
    "export": "Export",
    "export_lead": "Download results and record as files.",
    "lifecycle": "Lead the round",
    "lifecycle_lead": "Close the round, commit to the result, publish it.",
}
