"""The page of rules: what a round fixes before it opens, in Korean and English."""

KO = """## 기간

| | |
|---|---|
| 시작 | {opens} |
| 끝 | {closes} |
| 지금 | {now} |

## 대결

| | |
|---|---|
| 한 사람의 투표 | 최대 {votes_per_person}번 |
| 한 대결의 질문 | 최대 {max_turns}번 |
| 질문 길이 | 최대 {max_prompt:,}자 |
| 고를 수 있는 것 | {verdicts} |
| 답변이 나타나는 속도 | {speed} |
| 팀 이름 공개 | {reveal} |
| 순위 공개 | {standings} |

두 AI에게는 같은 질문, 같은 설정(무작위성 {temperature}, 누적 확률 {top_p}, 최대 {max_tokens:,}토큰)을 줍니다.
어느 두 AI가 만나고 누가 왼쪽에 오는지는 회차 전에 정해진 비밀 값으로 뽑으며,
모든 순서 짝이 같은 횟수로 나옵니다.
{controls}
{pictures}

## 점수

투표를 브래들리–테리 모형으로 계산해, 다른 참가 모델을 이길 평균 확률을 {points}점 만점의 점수로 바꿉니다.
‘둘 다 좋다’는 반씩 이긴 것으로 셉니다. ‘둘 다 아쉽다’는 {both_bad}.

## 최하위 판정

표가 무엇을 보여야 하는지 회차 전에 정해 두었습니다.

- **뒷받침**: 모든 비교를 한꺼번에 보아도, 우연으로 보기 어려울 만큼 다른 모든 참가 모델보다 뒤입니다.
- **시사**: 최하위일 확률이 {chance} 이상이고, 이를 바꾸려면 투표자가 {voters:,}명 이상,
  그리고 전체의 {share} 이상 달라져야 합니다.
- **통계적 동률**: 그 밖의 모든 경우입니다.

{least}

## 기록하는 것

- 질문, 두 답변, 고른 결과와 이유, 분야, 언어, 시각을 기록합니다.
- 주민등록번호, 전화번호, 카드번호, 계좌번호, 이메일로 보이는 부분은 저장하거나 팀에 보내기 전에 가립니다.
  모두 찾아내지는 못하니 개인정보는 적지 말아 주세요.
- 누가 했는지는 되돌릴 수 없는 가명으로만 남깁니다. 이름, 계정, IP 주소는 저장하지 않습니다.
- 대결과 투표는 덧붙이기만 할 수 있는 장부에 적습니다. 고치거나 지울 수 없습니다.
- 질문과 사진, 답변, 의견의 글은 장부에 들어가지 않으며, ‘내 기록’에서 지울 수 있습니다.

## 생성형 AI 안내

모든 답변은 생성형 AI가 씁니다. 틀리거나 지어낸 내용이 있을 수 있으니 중요한 일은 꼭 다시 확인하세요.

## 규칙의 지문

아래 값은 규칙 전체의 SHA-256 값입니다. 규칙이 한 글자라도 바뀌면 값이 달라집니다.

`{rules_hash}`
"""

EN = """## Dates

| | |
|---|---|
| Opens | {opens} |
| Closes | {closes} |
| Now | {now} |

## Battles

| | |
|---|---|
| Votes of one person | at most {votes_per_person} |
| Questions in a battle | at most {max_turns} |
| Length of a question | at most {max_prompt:,} characters |
| Choices | {verdicts} |
| Speed of answers | {speed} |
| Team names | {reveal} |
| Standings | {standings} |

Both AIs get the same question and the same settings (temperature {temperature}, top-p {top_p},
at most {max_tokens:,} tokens).
Which two meet, and on which side, is drawn from a secret fixed before the round;
every ordered pair comes up equally often.
{controls}
{pictures}

## Points

Votes are fitted with a Bradley–Terry model; the mean probability of beating the other contestants
becomes points out of {points}.
“Both are good” counts as half a win for each. “Both fall short” is {both_bad}.

## The last place

What the votes must show is fixed before the round:

- **supported**: over all comparisons at once it is behind every other contestant beyond chance.
- **indicated**: it is last with a probability of at least {chance}, and changing that would take at least
  {voters:,} voters, and at least {share} of all.
- **statistical tie**: anything else.

{least}

## What is recorded

- Your question, both answers, your choice and reasons, category, language and time.
- What looks like a resident, phone, card or account number or an e-mail address is taken out
  before anything is stored or sent to a team. Not all of it is found, so please write no personal data.
- Who you are is kept only as a pseudonym that cannot be reversed. No name, account or IP address is stored.
- Battles and votes are written to a record that can only be added to. Nothing on it is changed.
- Questions, pictures, answers and comments are not on that record, and you can erase them
  under “My record”.

## Generative AI

All answers are written by generative AI. They may be wrong or made up: check anything that matters.

## Fingerprint of the rules

This is the SHA-256 of the complete rules. It changes if a single letter of them changes.

`{rules_hash}`
"""

RULES = {"ko": KO, "en": EN}
