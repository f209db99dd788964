"""The page that tells what staff did."""

KO = {
    "first": "감사 기록",
    "first_lead": "담당자가 무엇을 언제 바꾸었는지, 바꾸기 전과 뒤가 어땠는지 읽습니다.",
}

EN = {
    "first": "Audit",
    "first_lead": "What staff changed and when, with before and after.",
}
