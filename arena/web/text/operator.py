"""The operator's console."""

KO = {
    "first": "서버 상태",
    "first_lead": "참가 모델의 서버가 지금 어떤지 봅니다.",
    "notices": "안내문",
    "notices_lead": "시민 화면에 보일 안내문을 씁니다.",
    "rehearsal": "연습",
    "rehearsal_lead": "가상 시민으로 미리 돌려 봅니다.",
    "backup": "백업",
    "backup_lead": "기록을 백업하고 확인합니다.",
}

EN = {
    "first": "Servers",
    "first_lead": "How the contestants' servers are now.",
    "notices": "Notices",
    "notices_lead": "Write what citizens read on their page.",
    "rehearsal": "Rehearsal",
    "rehearsal_lead": "Try the round with simulated citizens.",
    "backup": "Backup",
    "backup_lead": "Back the record up, and check it.",
}
