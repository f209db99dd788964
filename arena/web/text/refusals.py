"""What citizens read when something cannot be: kind, and what to do next. One line a code and language."""

REFUSALS: dict[str, dict[str, str]] = {
    "bad_prompt": {
        "ko": "질문을 읽을 수 없습니다. 내용을 적고, 너무 길면 줄여서 다시 보내 주세요.",
        "en": "We cannot read this question. Please write something, or shorten it, and send it again.",
    },
    "bad_request": {
        "ko": "보내신 내용 가운데 알 수 없는 값이 있습니다. 화면을 새로 고친 뒤 다시 해 주세요.",
        "en": "Something in this request is not known here. Please reload the page and try again.",
    },
    "bad_picture": {
        "ko": "이 파일은 사진으로 읽을 수 없습니다. JPEG, PNG, WebP 사진을 골라 주세요.",
        "en": "This file cannot be read as a picture. Please pick a JPEG, PNG or WebP.",
    },
    "picture_too_large": {
        "ko": "사진이 너무 큽니다. 10 MB, 3,200만 화소까지 붙일 수 있습니다. 줄여서 다시 골라 주세요.",
        "en": "The picture is too large: 10 MB and 32 megapixels are the most. Please make it smaller.",
    },
    "no_picture": {
        "ko": "붙이신 사진이 남아 있지 않습니다. 사진을 다시 골라 주세요.",
        "en": "Your picture is no longer here. Please pick it again.",
    },
    "consent_needed": {
        "ko": "먼저 안내를 읽고 동의해 주세요. 그다음에 바로 질문하실 수 있습니다.",
        "en": "Please read the notice and agree to it first. Then you can ask right away.",
    },
    "not_found": {
        "ko": "찾으시는 평가가 없습니다. 처음 화면에서 다시 시작해 주세요.",
        "en": "There is no such comparison of yours. Please start again from the first page.",
    },
    "not_at_this_stage": {
        "ko": "지금은 할 수 없는 일입니다. 화면을 새로 고치면 지금 할 수 있는 일이 보입니다.",
        "en": "This cannot be done right now. Reload the page to see what can.",
    },
    "battle_running": {
        "ko": "아직 끝나지 않은 평가가 있습니다. 그 평가를 마치거나 그만둔 뒤 새로 질문해 주세요.",
        "en": "You have a comparison that is not over. Please finish it or give it up, then ask again.",
    },
    "already_voted": {
        "ko": "이 평가에는 이미 투표하셨습니다. 투표는 바꿀 수 없습니다. 다음 질문으로 넘어가 주세요.",
        "en": "You have voted on this comparison, and a vote cannot be changed. Please go on to the next.",
    },
    "cap_reached": {
        "ko": "이번 회차에 하실 수 있는 투표를 모두 마치셨습니다. 참여해 주셔서 고맙습니다.",
        "en": "You have cast all your votes of this round. Thank you for taking part.",
    },
    "given_up_too_often": {
        "ko": "투표하지 않고 그만두신 평가가 많아 새로 시작할 수 없습니다. 공정한 평가를 위한 규칙입니다.",
        "en": "You have left too many comparisons without a vote to begin another. The rules ask so.",
    },
    "round_not_open": {
        "ko": "지금은 평가 기간이 아닙니다. 규칙 화면에서 여는 때와 닫는 때를 확인해 주세요.",
        "en": "The round is not open now. Please see the rules for when it opens and closes.",
    },
    "sealed": {
        "ko": "순위는 결과를 공개할 때까지 봉인되어 있습니다.",
        "en": "The standings are sealed until the result is published.",
    },
    "receipt_pending": {
        "ko": "영수증을 만들고 있습니다. 투표는 이미 기록되었고, 길어도 1분 안에 받으실 수 있습니다.",
        "en": "The receipt is being made. Your vote is on record, and the file is ready within a minute.",
    },
    "too_busy": {
        "ko": "지금 많은 분이 이용하고 있습니다. 잠시 뒤 다시 보내 주세요. 쓰신 질문은 그대로 있습니다.",
        "en": "Many people are here right now. Please send it again in a moment; your question is kept.",
    },
    "no_score": {
        "ko": "아직 표가 적어 순위를 낼 수 없습니다. 표가 더 모이면 보입니다.",
        "en": "There are too few votes for standings yet. They appear when more have come in.",
    },
    "work_lost": {
        "ko": "계산을 끝내지 못했습니다. 표는 그대로 있습니다. 잠시 뒤 다시 해 주세요.",
        "en": "This could not be computed. The votes are as they were. Please try again in a moment.",
    },
    "unavailable": {
        "ko": "지금은 기록을 저장할 수 없어 받지 못했습니다. 잠시 뒤 다시 해 주세요.",
        "en": "We cannot keep records right now, so nothing was taken. Please try again in a moment.",
    },
    "bad_origin": {
        "ko": "다른 사이트에서 온 요청이라 받지 않았습니다. 이 사이트에서 다시 해 주세요.",
        "en": "This came from another site, so it was not taken. Please do it on this site.",
    },
    "too_large": {
        "ko": "보내신 내용이 너무 큽니다. 줄여서 다시 보내 주세요.",
        "en": "This is too large. Please shorten it and send it again.",
    },
    "internal": {
        "ko": "저희 쪽에 문제가 생겼습니다. 잠시 뒤 다시 해 주세요.",
        "en": "Something went wrong on our side. Please try again in a moment.",
    },
    "sign_in_needed": {
        "ko": "로그인이 필요하거나 로그인이 끝났습니다. 다시 로그인해 주세요.",
        "en": "You are not signed in, or no longer. Please sign in again.",
    },
    "not_permitted": {
        "ko": "이 계정의 역할로는 할 수 없는 일입니다. 필요하면 운영자에게 문의해 주세요.",
        "en": "Your role does not allow this. Please ask the operator if you need it.",
    },
}
