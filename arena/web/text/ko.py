"""Korean."""

PAGE = {
    "skip": "본문으로 건너뛰기",
    "navigation": "주 메뉴",
    "battle": "비교하기",
    "rules": "규칙",
    "standings": "순위",
    "record": "내 기록",
    "other_language": "English",
    "other_language_hint": "Switch to English",
    "demo": "데모입니다. 답변은 실제 참가 모델이 아니라 이 프로그램에 들어 있는 데모 모델이 씁니다.",
    "demo_short": "데모 모델",
    "ai_notice": "모든 답변은 생성형 AI가 썼으며 사실과 다를 수 있습니다.",
    "noscript": "이 페이지를 쓰려면 브라우저의 자바스크립트를 켜 주세요.",
    "loading": "불러오는 중입니다…",
    "battle_title": "어느 답변이 더 좋은가요?",
    "battle_lead": "질문을 하나 적으면 이름을 가린 두 AI가 나란히 답합니다. 읽고 더 좋은 쪽을 골라 주세요.",
    "consent_title": "시작하기 전에",
    "consent_record": "질문과 답변, 고른 결과, 분야와 시각을 기록합니다. 이름과 주소, IP는 저장하지 않고, "
    "누구인지 알 수 없는 가명으로만 남깁니다.",
    "consent_ai": "두 답변은 모두 생성형 AI가 씁니다. 틀리거나 지어낸 내용이 있을 수 있습니다.",
    "consent_private": "주민등록번호, 전화번호, 다른 사람 이야기 같은 개인정보는 적지 말아 주세요. "
    "질문은 참가 팀의 서버로 전달됩니다.",
    "consent_pictures": "붙인 사진도 기록하고 팀에 전달합니다. "
    "사진에 보이는 개인정보는 가려 드리지 못합니다.",
    "consent_erase": "적은 내용은 ‘내 기록’에서 언제든지 지울 수 있습니다. 투표 결과는 가명으로 남습니다.",
    "consent_more": "규칙 전체 읽기",
    "consent_yes": "동의하고 시작하기",
    "ask_title": "질문하기",
    "ask_label": "무엇이든 물어보세요",
    "ask_hint": "개인정보는 적지 마세요.",
    "ask_key": "Ctrl + Enter로도 보낼 수 있습니다.",
    "ask_send": "두 AI에게 묻기",
    "picture": "사진",
    "picture_pick": "사진 한 장 붙이기 (선택)",
    "picture_remove": "사진 빼기",
    "picture_alt": "질문에 붙인 사진",
    "picture_hint": "찍은 곳 같은 숨은 정보는 지우지만, 사진에 보이는 것은 가려 드리지 못합니다. "
    "얼굴, 주소, 신분증이 보이는 사진은 붙이지 말아 주세요.",
    "category": "분야",
    "suggestions": "이런 질문은 어떠세요? 누르면 질문 칸에 들어가고, 고쳐서 보낼 수 있습니다.",
    "your_question": "내 질문",
    "side_a": "답변 A",
    "side_b": "답변 B",
    "ai_mark": "생성형 AI 답변",
    "report": "신고",
    "report_a": "답변 A 신고",
    "report_b": "답변 B 신고",
    "verdict_title": "더 좋은 답변을 골라 주세요",
    "verdict_hint": "한 번 누르면 바로 기록되고, 되돌릴 수 없습니다.",
    "key_hint": "키보드로 고르기 (1–4 또는 A · B · T · N)",
    "follow_title": "더 물어보기",
    "follow_label": "이어서 물어볼 말",
    "follow_hint": "두 AI가 다시 나란히 답합니다. 투표는 대화 전체를 보고 한 번만 합니다.",
    "follow_send": "이어서 묻기",
    "skip_vote": "투표하지 않고 그만두기",
    "thanks_title": "고맙습니다. 투표가 기록되었습니다.",
    "your_verdict": "내 선택",
    "your_count": "내 투표",
    "receipt_show": "영수증 자세히 보기",
    "receipt_index": "기록 번호",
    "receipt_code": "확인 코드",
    "receipt_leaf": "전체 지문",
    "receipt_file": "영수증 파일 받기",
    "receipt_hint": "내 투표가 장부의 몇 번째 줄에 적혔는지, 그 줄의 지문이 무엇인지 알려 주는 값입니다. "
    "확인 코드는 지문의 앞부분입니다.",
    "receipt": "영수증 확인",
    "receipt_title": "영수증 확인",
    "receipt_lead": "투표한 뒤 받은 영수증 파일이 무엇을 증명하는지 확인합니다.",
    "receipt_about": "## 영수증이란\n\n"
    "투표는 덧붙이기만 할 수 있는 장부에 한 줄로 적힙니다. "
    "영수증은 그 줄이 서명된 장부 안에 있다는 증명입니다.\n\n"
    "- 내가 고른 것이 던진 **그대로** 적혀 있음을 보여 줍니다.\n"
    "- 거둔 표와 규칙에 따라 제외한 표에도 영수증이 있습니다. 그래서 점수에 들어갔다는 증명은 아닙니다.\n"
    "- 나중에 줄을 지우거나 고치면 영수증과 어긋나므로 누구나 알 수 있습니다.\n"
    "- 어느 팀이 A였는지, 누가 투표했는지는 담고 있지 않습니다. "
    "다만 내용을 모두 공개하는 회차(예행연습)라면, "
    "끝난 뒤 공개된 기록에서 어느 팀이 A였는지 알 수 있습니다.\n\n"
    "이 페이지는 영수증을 보내지 않고 브라우저 안에서 확인합니다. 이 사이트를 믿지 않아도 됩니다. "
    "내려받은 [verify.html](/verify.html)이나 `arena verify-receipt 파일 --key 공개키`가 "
    "인터넷 없이 같은 것을 확인합니다. 장부의 공개키는 [/api/keys](/api/keys)에 있습니다.",
    "check_title": "영수증 넣기",
    "check_hint": "파일을 여기에 끌어다 놓거나 골라 주세요. "
    "이 브라우저 안에서 확인하며, 아무것도 보내지 않습니다.",
    "check_file": "파일 고르기",
    "check_paste": "또는 영수증의 내용을 붙여 넣기",
    "check_send": "확인하기",
    "check_keys_show": "서명을 확인할 열쇠",
    "check_keys": "장부와 증인의 공개키, 한 줄에 하나씩",
    "check_keys_hint": "이 사이트가 알려 준 열쇠입니다. "
    "신문이나 기관 누리집처럼 다른 곳에서 받은 열쇠가 있으면 지우고 그것을 넣으세요.",
    "check_compare": "지금 장부에도 있는지 사이트에 묻기",
    "check_compare_hint": "이때만 영수증을 사이트에 보냅니다. 사이트는 확인만 하고 저장하지 않습니다.",
    "verify_hint": "이 사이트 없이 확인하려면 내려받아 두세요. "
    "영수증과 공개된 결과 폴더 전체를 인터넷 연결 없이 확인합니다:",
    "verify_link": "검증 도구 내려받기 (verify.html)",
    "copy_code": "복사",
    "teams": "답변을 쓴 팀",
    "reasons_title": "왜 그렇게 고르셨나요? (선택)",
    "guess_title": "어느 팀일까요? (선택)",
    "guess_hint": "이름이 잘 가려졌는지 알아보려고 여쭙니다. 투표에는 영향이 없습니다.",
    "guess_nobody": "모르겠어요",
    "comment": "남기고 싶은 말",
    "save": "의견 저장",
    "next": "다음 대결",
    "void_title": "이 대결은 투표 없이 끝났습니다",
    "again": "같은 질문으로 다시",
    "new_question": "다른 질문 하기",
    "report_title": "답변 신고",
    "report_why": "무엇이 문제인가요?",
    "report_comment": "자세한 내용 (선택)",
    "report_send": "신고하기",
    "cancel": "취소",
    "to_record": "내 기록 보기",
    "waiting_title": "차례를 기다리고 있습니다",
    "waiting_hint": "지금 많은 분이 함께 쓰고 있습니다. "
    "이 화면을 열어 두시면 차례가 왔을 때 저절로 이어집니다. 기다리시는 동안 질문은 저장하지 않습니다.",
    "waiting_cancel": "그만 기다리기",
    "how": "## 이렇게 진행됩니다\n\n"
    "1. **질문합니다.** 평소 궁금했던 것을 그대로 적거나, 제안된 질문을 고쳐 씁니다.\n"
    "2. **나란히 읽습니다.** 두 AI의 이름은 가려져 있고, 같은 속도로 나타납니다.\n"
    "3. **고릅니다.** 더 좋은 답변을 한 번에 고릅니다. 이름이 아니라 답변만 보고 판단하게 됩니다.",
    "counts": "지금까지 **{citizens:,}명**이 **{battles:,}번** 비교하고 **{votes:,}표**를 던졌습니다.",
    "rules_title": "이 회차의 규칙",
    "rules_lead": "규칙은 회차를 열기 전에 정해 잠급니다. 여는 동안에는 바꿀 수 없습니다.",
    "standings_title": "순위",
    "notices": "운영자 안내",
    "notice_info": "안내",
    "notice_warning": "중요",
    "notice_close": "닫기",
    "standings_lead": "시민의 투표로 계산한 순위입니다.",
    "record_title": "내 기록",
    "record_lead": "이 브라우저로 한 질문과 투표입니다. 다른 사람은 볼 수 없습니다.",
    "docs_title": "HTTP API",
    "erase_title": "내 기록 지우기",
    "erase_text": "질문과 사진, 답변, 남긴 의견을 모두 지웁니다. 투표 결과는 누구 것인지 알 수 없는 "
    "가명으로 남습니다. "
    "되돌릴 수 없습니다.",
    "erase": "내 기록 지우기",
    "erase_sure": "정말 지울까요?",
    "erase_yes": "모두 지우기",
    "withdraw_text": "투표도 함께 거둘 수 있습니다. 거둔 투표는 점수에서 빠집니다. "
    "거두었다는 사실은 가명으로 기록에 남고, 쓴 투표 수는 돌아오지 않습니다.",
    "withdraw_yes": "지우고 투표도 거두기",
    "erased": "지웠습니다. 이 브라우저에 남은 기록이 없습니다.",
}


WORDS = {
    "speed.hidden": "두 답변이 같은 속도로 나타납니다",
    "speed.visible": "실제 속도 그대로 나타납니다",
    "reveal.never": "밝히지 않습니다",
    "reveal.after_round": "회차가 끝난 뒤에 밝힙니다",
    "reveal.after_vote": "투표한 뒤에 바로 밝힙니다",
    "standings.sealed": "결과를 공개할 때까지 봉인합니다",
    "standings.live": "바로 볼 수 있습니다",
    "both_bad.tie": "비긴 것으로 셉니다",
    "both_bad.dropped": "계산에서 뺍니다",
    "decision.votes": "표가 {least:,}표보다 적으면 언제나 통계적 동률로 봅니다.",
    "decision.category_votes": "표가 {least:,}표보다 적은 분야는 따로 평점을 내지 않습니다.",
    "controls": "이 짝이 한 번씩 다 나오는 동안 {controls}번은 확인용 대결입니다. "
    "같은 AI가 두 답변을 모두 쓰고, 그 투표는 점수에 넣지 않습니다.",
    "controls.references": "이 짝이 한 번씩 다 나오는 동안 {controls}번은 확인용 대결입니다. "
    "같은 AI가 두 답변을 모두 쓰거나, 참가 모델이 기준 모델({references})을 만납니다. "
    "그 투표는 점수에 넣지 않고, 기준 모델은 점수도 순위도 받지 않습니다.",
    "pictures": "질문에 사진을 {pictures}장까지 붙일 수 있습니다. 사진이 붙은 대결은 사진을 받는 AI끼리 "
    "따로 짝을 뽑으며, 그 투표는 {scored}. 한 사람의 투표 수에는 함께 셉니다. "
    "고른 사진은 바로 저장하고, 묻지 않으면 지웁니다.",
    "pictures.scored": "점수에 함께 넣습니다",
    "pictures.apart": "점수에 넣지 않습니다",
    "now.open": "열려 있습니다",
    "now.before": "아직 열리지 않았습니다",
    "now.after": "끝났습니다",
    "sealed": "## 봉인되어 있습니다\n\n"
    "투표가 끝나는 **{closes}** 뒤에 결과를 확정하고, 결과를 공개할 때 순위도 함께 보여 드립니다.\n\n"
    "중간 순위를 알면 투표가 그쪽으로 쏠릴 수 있습니다. 누구나 답변만 보고 고를 수 있도록, "
    "결과를 공개할 때까지 순위를 봉인합니다.",
    "no_score": "## 아직 순위가 없습니다\n\n지금까지의 투표로는 순위를 계산할 수 없습니다.",
    "standings_counts": "{voters:,}명의 {votes:,}표로 계산했습니다. 구간은 95 % 신뢰구간입니다.",
    "place": "순서",
    "model": "모델",
    "rating": "평점",
    "points": "점수",
    "votes": "대결",
    "receipt": "영수증",
    "erased": "(지운 질문)",
    "no_record": "아직 기록이 없습니다. 첫 질문을 해 보세요.",
    "record_counts": "이번 회차에서 **{votes} / {votes_per_person}**번 투표했습니다. 최근 "
    "50개까지 보여 줍니다.",
}

SCRIPT = {
    "count": "{n} / {max}자",
    "too_long": "질문이 너무 깁니다. {n}자를 줄여 주세요.",
    "empty": "질문을 적어 주세요.",
    "writing": "두 AI가 답을 쓰고 있습니다…",
    "starting": "두 AI에게 물어보는 중입니다…",
    "ready": "두 답변이 다 나왔습니다.",
    "reconnecting": "다시 잇는 중…",
    "offline": "서버에 닿지 않습니다. 다시 잇는 중…",
    "saved": "의견을 저장했습니다. 고맙습니다.",
    "unsaved": "의견을 저장하지 못했습니다. 한 번 더 누르면 저장하지 않고 넘어갑니다.",
    "voted_elsewhere": "이 대결은 이미 투표하셨습니다.",
    "reported": "신고를 받았습니다. 고맙습니다.",
    "copied": "복사했습니다.",
    "turns": "질문 {n} / {max}",
    "taken": "개인정보로 보이는 부분({kinds})을 가린 뒤에 팀에 보냈습니다. "
    "원래 내용은 어디에도 저장하지 않았습니다.",
    "comment_taken": "남기신 말에서 개인정보로 보이는 부분({kinds})을 지우고 저장했습니다. "
    "원래 내용은 어디에도 저장하지 않았습니다.",
    "taken_resident_number": "주민등록번호",
    "taken_card": "카드번호",
    "taken_phone": "전화번호",
    "taken_account": "계좌번호",
    "taken_email": "이메일",
    "picture_pick": "사진 한 장 붙이기 (선택)",
    "picture_other": "다른 사진으로 바꾸기",
    "picture_alt": "질문에 붙인 사진",
    "picture_sending": "사진을 올리는 중입니다…",
    "picture_ready": "사진을 붙였습니다. 두 AI도 보이는 그대로 받습니다.",
    "picture_removed": "사진을 뺐습니다.",
    "picture_gone": "붙이신 사진이 남아 있지 않습니다. 다시 골라 주세요.",
    "votes": "{n} / {max}",
    "waiting_place": "앞에 {n}명이 있습니다.",
    "waiting_next": "다음 차례입니다.",
    "waiting_seconds": "약 {n}초 남았습니다.",
    "waiting_minutes": "약 {n}분 남았습니다.",
    "lost": "서버에 닿지 않습니다. 인터넷 연결을 확인하고 다시 눌러 주세요.",
    "cap_title": "이번 회차의 투표를 모두 마쳤습니다",
    "cap_text": "{max}번의 투표를 모두 해 주셨습니다. 참여해 주셔서 고맙습니다.",
    "before_title": "아직 열리지 않았습니다",
    "before_text": "{when}에 시작합니다. 그때 다시 찾아 주세요.",
    "after_title": "이 회차는 끝났습니다",
    "after_text": "{when}에 끝났습니다. 참여해 주셔서 고맙습니다.",
    "skipped": "투표하지 않고 그만두었습니다.",
    "choose": "하나를 골라 주세요.",
    "erased": "지웠습니다. 이 브라우저에 남은 기록이 없습니다.",
    "withdrawn": "지우고 투표를 거두었습니다. 거둔 투표는 점수에 들어가지 않습니다.",
    "broken": "내용을 불러오지 못했습니다.",
    "receipt_soon": "영수증 파일은 길어도 1분 안에 준비됩니다.",
    "receipt_ready": "영수증 파일이 준비되었습니다.",
    "paused_title": "잠시 투표를 받지 않습니다",
    "paused_text": "장부를 점검하고 있습니다. 지금까지의 기록은 그대로 있으며, 점검이 끝나면 다시 엽니다.",
    "check_empty": "영수증 파일을 고르거나 내용을 붙여 넣어 주세요.",
    "check_folder": "폴더가 아니라 영수증 파일(.tlog-proof)을 넣어 주세요. "
    "공개된 결과 폴더는 아래의 verify.html로 확인할 수 있습니다.",
    "check_lost": "파일을 읽지 못했습니다. 다시 고르거나 내용을 붙여 넣어 주세요.",
    "finding_holds": "영수증이 맞습니다",
    "finding_unreadable": "영수증이 아닙니다",
    "finding_foreign": "다른 곳의 영수증입니다",
    "finding_unsigned": "서명은 확인하지 못했습니다",
    "finding_replaced": "옛 열쇠로 서명되어 있습니다",
    "finding_keys": "열쇠를 읽을 수 없습니다",
    "finding_unable": "이 브라우저로는 확인할 수 없습니다",
    "finding_broken": "영수증이 맞지 않습니다",
    "finding_contradicts": "영수증이 장부와 어긋납니다",
    "advice_holds": "이 영수증이 증명하는 것은 다음과 같습니다.",
    "advice_unreadable": "영수증으로 읽을 수 없습니다. 받은 파일을 고치지 말고 그대로 넣어 주세요.",
    "advice_foreign": "열쇠의 주인이 아닌 다른 장부의 영수증입니다.",
    "advice_unsigned": "어긋난 곳은 없습니다. 다만 장부의 열쇠가 없어 서명까지는 확인하지 못했습니다.",
    "advice_replaced": "어긋난 곳은 없습니다. 다만 지금은 바뀐 열쇠로 한 서명입니다. "
    "지금 장부에도 그대로 있는지 아래에서 사이트에 물어보세요.",
    "advice_keys": "열쇠 칸에 열쇠가 아닌 것이 있습니다. 열쇠를 그대로 붙여 넣어 주세요.",
    "advice_unable": "새 판의 크롬, 엣지, 파이어폭스, 사파리에서 https 주소로 열어 주세요. "
    "아래에서 사이트에 물어볼 수도 있습니다.",
    "advice_broken": "내용이 바뀌었거나 서명이 맞지 않습니다. 받은 파일을 고치지 말고 그대로 넣어 주세요.",
    "advice_contradicts": "이 사이트가 서명한 영수증인데 지금 장부와 다릅니다. 있어서는 안 되는 일입니다. "
    "파일을 잘 보관하고 감사인에게 보여 주세요.",
    "state_holds": "맞음",
    "state_fails": "어긋남",
    "state_unchecked": "확인 못 함",
    "proof_when": "적힌 때: {when} (한국 시각)",
    "proof_code": "확인 코드: {code}",
    "compared_holds": "지금 장부에도 그 줄이 그대로 있습니다.",
    "proof_counts": "던진 그대로 적혔다는 증명입니다. 거둔 표나 제외한 표에도 영수증이 있으므로, "
    "점수에 들어갔는지는 알 수 없습니다.",
    "proof_hides": "어느 팀이 A였는지, 누가 투표했는지는 이 영수증으로 알 수 없습니다.",
    "proof_shown": "누가 투표했는지는 이 영수증으로 알 수 없습니다. 어느 팀이 A였는지는 영수증에 없지만, "
    "이 회차는 내용을 모두 공개하므로 끝난 뒤 공개된 기록에 나옵니다.",
}

CATEGORIES = {
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

REASONS = {
    "correct": "정확해요",
    "clear": "이해하기 쉬워요",
    "complete": "빠짐없어요",
    "concise": "간결해요",
    "natural": "자연스러워요",
    "creative": "참신해요",
    "wrong": "틀렸어요",
    "unclear": "이해하기 어려워요",
    "incomplete": "빠진 게 있어요",
    "wordy": "너무 길어요",
    "awkward": "어색해요",
    "off_topic": "질문과 달라요",
}

HARMS = {
    "dangerous": "위험한 행동을 부추깁니다",
    "hateful": "혐오하거나 차별합니다",
    "sexual": "성적으로 부적절합니다",
    "private": "개인정보가 들어 있습니다",
    "false": "해로운 거짓입니다",
    "other": "그 밖의 문제",
}

VERDICTS = {
    "a": "A가 더 좋다",
    "b": "B가 더 좋다",
    "tie": "둘 다 좋다",
    "both_bad": "둘 다 아쉽다",
}

VOIDS = {
    "reply_failed": "답변을 끝까지 받지 못했습니다. 질문하신 분의 잘못이 아닙니다. 투표 수는 줄지 않습니다.",
    "citizen_left": "오래 자리를 비우셔서 답변을 멈췄습니다. 투표 수는 줄지 않습니다.",
    "skipped": "투표하지 않고 그만두셨습니다. 투표 수는 줄지 않습니다.",
    "restarted": "답변하는 동안 서버가 다시 시작되었습니다. 불편을 드려 죄송합니다. 투표 수는 줄지 않습니다.",
    "round_closed": "투표하시기 전에 회차가 끝났습니다.",
}

STAGES = {
    "answering": "답변 중",
    "open": "투표 기다림",
    "voted": "투표함",
    "void": "투표 없이 끝남",
}
