"""The team's console."""

KO = {
    "first": "응답 상태",
    "first_lead": "우리 모델이 잘 응답하고 있는지 봅니다.",
    "feedback": "시민 의견",
    "feedback_lead": "우리 모델의 답변을 시민이 어떻게 보았는지 읽습니다.",
}

EN = {
    "first": "Serving",
    "first_lead": "Whether your model answers as it should.",
    "feedback": "Feedback",
    "feedback_lead": "What citizens thought of your model's answers.",
}
