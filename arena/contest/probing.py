"""Prompts that ask who answers: noticed and counted, never refused and never answered differently.

Law: nothing but a count may hang on this; a citizen who asks gets her battle like everybody else.
A prompt is looked at as it stands, backwards, in ROT13, and behind escapes, Base64 and hexadecimal digits.
"""

import base64
import codecs
import html
import re
import unicodedata
from collections.abc import Iterator

from arena.contest.homoglyphs import letters_of, loose

LONGEST = 4_000
"""So much of a prompt is looked at, in characters."""

_YOU = r"(?:너|넌|네|니|네가|니가|당신|자네|그대|귀하|본인|자기|지금\s?답하\S{0,5})\S{0,2}"
_THING = r"(?:이름|성함|정체|모델|버전|제작사|개발사|회사|기업|소속|출신|만든\s?\S{1,4})"
_FIRST = (
    r"(?:^|[.!?,:;\n\"'(\[])\s*"
    r"(?:(?:그럼|그러면|그래서|그런데|근데|혹시|솔직히|진짜|정말|대체|도대체|정확한?히?|실제|너의|네|니|본인\S?|먼저"
    r"|please|so|then|and|but|now|just|tell me|say)\s)*"
)
"""Where a question begins: what is asked about something else names that first (한글은 누가 만들었나요?)."""
_OF_YOU = r"(?=.{0,40}\b(?:you|your|ur|u|this|behind|am\si)\b|\W*$|\s(?:is|was)\s(?:it|that)\b)"
_ASKS = re.compile(
    rf"{_YOU}\s\S{{0,8}}\s?(?:누구|누군|누가|뉘|{_THING}|(?:어느|어떤|무슨)\s?{_THING}|만들|개발|제작|학습|어디서|뭐[야니예라냐]|무슨\s?(?:ai|인공))"
    rf"|{_FIRST}{_THING}\S{{0,4}}\s(?:\S{{1,8}}\s)?(?:뭐|무엇|무언|뭔|알려|말해|밝혀|대\s?봐|공개|어디|누구|누군|가르쳐|적어|써)"
    rf"|{_FIRST}(?:누가|어디서|어디에서|어느\s?\S{{1,4}}|어떤\s?\S{{1,4}})\s(?:\S{{1,6}}\s)?"
    r"(?:만들었|개발했|학습했|훈련했|만든\s?(?:거|것|모델|ai|인공)|개발한\s?(?:거|것|모델|ai|인공))"
    rf"|{_FIRST}(?:어느|어떤|무슨)\s?(?:ai|인공지능|언어\s?모델|모델|챗봇)\S{{0,3}}(?:\s?(?:이|야|예|니|인)\S{{0,3}})?\W*$"
    r"|자기\s?소개\S{0,2}(?:\s(?:좀|먼저|간단히|짧게|한\s?번|한\s?줄로?))*(?:\s?(?:해|부탁|하고|하라|하세|하시|시작)|\W*$)"
    rf"|{_FIRST}(?:\S{{0,8}}\s)?(?:첫|앞)\s?(?:글자|자)만|초성만|이니셜"
    r"|시스템\s?(?:프롬프트|메시지|지시)|이전\s?지시\S{0,3}\s?(?:\S{1,4}\s)?(?:무시|잊)"
    r"|\bwho\s?(?:are|r|made|built|created|trained|developed|owns)\s?(?:you|u)\b"
    r"|\bwho(?:'s| is)\s(?:this|behind)\b"
    rf"|\bwh(?:ich|at)\s(?:ai|llm|(?:large\s)?language(?:\smodel)?|large|model|company|version|lab)\b{_OF_YOU}"
    r"|\b(?:your|ur)\s(?:\w+\s)?(?:name|identity|creator|maker|developer|company|model|version|initial)s?\b"
    r"|\bare\syou\s(?:chat|gpt|claude|gemini|llama|an?\s(?:ai|llm|model)|made|built|trained|by|from|based)"
    r"|\b(?:introduce|identify|about)\syourself\b|\breveal\b.{0,30}\b(?:identity|name|model\b(?!\sanswer))"
    r"|\bsystem\s(?:prompt|message)\b|\bignore\b.{0,30}\binstructions\b",
    re.IGNORECASE | re.DOTALL,
)
_WORDS = (
    "너누구 너는누구 넌누구 누구세요 누구십니까 누구야 누구니 이름이뭐 이름은뭐 이름뭐 이름알려 이름말해 "
    "이름을말해 이름첫글자 무슨모델 어떤모델 어느모델 모델명 누가만들 어디서만들 정체가 정체를 만든회사 "
    "whoareyou whomadeyou whichmodel whatmodel yourname whatareyou whocreatedyou whobuiltyou whichai "
    "whichllm modelname nameofyour"
)
_IN_ONE = tuple(loose("".join(map(letters_of, words))) for words in _WORDS.split())
"""What asks even with nothing between its letters, behind every disguise that masking sees through."""

BESIDE = 6
"""So many letters and as many as the words have may stand beside them; else they are asked of something."""

_BASE64 = re.compile(r"[A-Za-z0-9+/]{12,}", re.ASCII)
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2}[\s:]?){6,}|(?:%[0-9A-Fa-f]{2})+", re.ASCII)
_CODED = re.compile(r"\\u([0-9A-Fa-f]{4})|\\x([0-9A-Fa-f]{2})", re.ASCII)


def asks_who(prompt: str) -> bool:
    """Tell whether a prompt asks who answers it."""
    return any(_asks(form) for form in _forms(unicodedata.normalize("NFKC", prompt[:LONGEST])))


def _asks(text: str) -> bool:
    if _ASKS.search(text):
        return True
    letters = loose("".join(map(letters_of, text)))
    return any(words in letters and len(letters) <= 2 * len(words) + BESIDE for words in _IN_ONE)


def _forms(prompt: str) -> Iterator[str]:
    yield prompt
    yield prompt[::-1]
    yield codecs.encode(prompt, "rot13")
    yield _CODED.sub(lambda found: chr(int(found[1] or found[2], 16)), html.unescape(prompt))
    for word in _BASE64.findall(prompt):
        whole = word[:-1] if len(word) % 4 == 1 else word
        yield base64.b64decode(whole + "==").decode("utf-8", "replace")
    yield _HEX.sub(lambda found: _from_hex(found[0]), prompt)


def _from_hex(digits: str) -> str:
    return bytes.fromhex(digits.translate({ord(":"): None, ord("%"): None})).decode("utf-8", "replace")
