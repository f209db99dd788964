"""Personal data in prompts and comments: found and taken out before it is stored or any team sees it.

Law: rather one number too many than a citizen's number in four hands; but sums, years, versions and prices
stay, or the question would be another one. What is found looks as it is written; who spells a number out
in words is not helped.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from phonenumbers import Leniency, PhoneNumberMatcher, PhoneNumberType, number_type


class PersonalData(StrEnum):
    """What is taken out."""

    RESIDENT_NUMBER = "resident_number"
    CARD = "card"
    PHONE = "phone"
    ACCOUNT = "account"
    EMAIL = "email"


LABELS: dict[PersonalData, dict[str, str]] = {
    PersonalData.RESIDENT_NUMBER: {"ko": "주민등록번호", "en": "resident number"},
    PersonalData.CARD: {"ko": "카드번호", "en": "card number"},
    PersonalData.PHONE: {"ko": "전화번호", "en": "phone number"},
    PersonalData.ACCOUNT: {"ko": "계좌번호", "en": "account number"},
    PersonalData.EMAIL: {"ko": "이메일", "en": "e-mail address"},
}
"""What stands in the prompt instead, in square brackets."""

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Kept:
    """A prompt without personal data, and what was taken out of it."""

    text: str
    taken: frozenset[PersonalData]


def without_personal_data(text: str, language: str) -> Kept:
    """Take personal data out of a text; `language` is that of the words put in its place ("ko", "en")."""
    plain, taken = _plain(text), set()
    for kind, find in _FINDERS.items():
        label = f"[{LABELS[kind][language]}]"
        for start, end in reversed(list(find(plain))):
            text, plain = text[:start] + label + text[end:], plain[:start] + label + plain[end:]
            taken.add(kind)
    return Kept(text, frozenset(taken))


def named_in(text: str) -> list[PersonalData]:
    """Tell which labels stand in a text, and so what was taken out of it."""
    return [kind for kind, words in LABELS.items() if any(f"[{word}]" in text for word in words.values())]


def _plain(text: str) -> str:
    """Give the text with digits, dashes, blanks, dots and @ in their ASCII form, each at its place.

    What is invisible and parts a number stands as a dash.
    """
    return "".join(_PLAIN.get(unicodedata.category(char), _folded)(char) for char in text)


def _folded(char: str) -> str:
    folded = unicodedata.normalize("NFKC", char)
    return folded if len(folded) == 1 else char


_PLAIN: dict[str, Callable[[str], str]] = {
    "Nd": lambda char: str(unicodedata.digit(char)),
    "Pd": lambda _: "-",
    "Cf": lambda _: "-",
    "Zs": lambda _: " ",
}


# Resident registration numbers, foreigners' too. Written in two parts (900101-1234567) one is taken whatever
# its last digit: since October 2020 all digits after the first of the second part are drawn, and no check
# digit tells a real number from another. Thirteen digits in a row are taken where they are called such a
# number, where the check digit holds, and from birth in 2020 on; without these a row that begins like a date
# is far more often an article's number or a clock. Corporations' numbers look the same and are taken too.
# U+1173 is what ㅡ, typed for a dash, folds to.

_RESIDENT = re.compile(r"(?<![\d-])(\d\d)(\d\d)(\d\d)([ \-~/\u1173]{0,3})(\d)(\d{6})(?![\d-])", re.ASCII)
_CENTURIES = {"9": 1800, "0": 1800} | dict.fromkeys("1256", 1900) | dict.fromkeys("3478", 2000)
_WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)
_FOREIGN = frozenset("5678")
_CALLED = re.compile(r"주민|민번|외국인|등록\s?번호|resident|registration|foreigner", re.IGNORECASE)
_CALLED_WITHIN = 20
"""How many characters before a number may say what it is."""

_WITHOUT_CHECK_DIGIT = 2020
"""Whoever is born from this year on has a number without a check digit."""


def _resident_numbers(text: str) -> Iterator[Span]:
    for found in _RESIDENT.finditer(text):
        year, month, day, dash, sex, rest = found.groups()
        born = _CENTURIES[sex] + int(year)
        digits = year + month + day + sex + rest
        if _is_day(born, int(month), int(day)) and (
            dash
            or born >= _WITHOUT_CHECK_DIGIT
            or _checks(digits, foreign=sex in _FOREIGN)
            or _CALLED.search(text, max(0, found.start() - _CALLED_WITHIN), found.start())
        ):
            yield found.span()


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _checks(digits: str, *, foreign: bool) -> bool:
    """Tell whether the thirteenth digit is the check digit of the other twelve."""
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits, strict=False))
    return ((13 if foreign else 11) - total % 11) % 10 == int(digits[-1])


# Cards

_CARD = re.compile(
    r"(?<![\d.,-])(?:\d{4}([ -])\d{4}\1\d{4}\1\d{2,4}|\d{4}([ -])\d{6}\2\d{4,5}|\d{14,16})(?![\d-]|[.,]\d)",
    re.ASCII,
)
_ISSUERS = re.compile(r"4|5[1-5]|2[2-7]|3[04-8]|6|9", re.ASCII)


def _cards(text: str) -> Iterator[Span]:
    for found in _CARD.finditer(text):
        digits = re.sub(r"\D", "", found[0])
        if _ISSUERS.match(digits) and _luhn(digits):
            yield found.span()


def _luhn(digits: str) -> bool:
    """Tell whether the last digit is the check digit of ISO/IEC 7812-1."""
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(map(int, digits[-1::-2])) + sum(doubled)) % 10 == 0


# Phones

_SOMEBODYS = frozenset(
    {
        PhoneNumberType.MOBILE,
        PhoneNumberType.FIXED_LINE,
        PhoneNumberType.FIXED_LINE_OR_MOBILE,
        PhoneNumberType.VOIP,
        PhoneNumberType.PERSONAL_NUMBER,
        PhoneNumberType.PAGER,
    }
)
"""Numbers that everybody may call, such as hotlines, are nobody's personal data."""


def _phones(text: str) -> Iterator[Span]:
    for found in PhoneNumberMatcher(text, "KR", leniency=Leniency.VALID, max_tries=len(text)):
        if number_type(found.number) in _SOMEBODYS:
            yield found.start, found.end


# Accounts: no form of their own, so only beside a word that says what they are

_BANKS = r"(?<!\[)(?:은행|뱅크|농협|수협|신협|금고|우체국|계좌|입금|송금|(?i:bank|account|iban))"
_NUMBER = r"(\d(?:[ -]?\d){9,15})(?![\d-]|[.,]\d|\s?(?:원|달러|명|개|won|dollars))"
_ACCOUNT = re.compile(
    rf"{_BANKS}[^\d\n]{{0,20}}\n?{_NUMBER}|(?<![\d.,-]){_NUMBER}[^\d\n]{{0,8}}{_BANKS}", re.ASCII
)


def _accounts(text: str) -> Iterator[Span]:
    for found in _ACCOUNT.finditer(text):
        yield found.span(1 if found[1] else 2)


# E-mail

_EMAIL = re.compile(
    r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,5}\.[A-Za-z]{2,24}(?![A-Za-z0-9])",
    re.ASCII,
)


def _emails(text: str) -> Iterator[Span]:
    return (found.span() for found in _EMAIL.finditer(text))


_FINDERS: dict[PersonalData, Callable[[str], Iterator[Span]]] = {
    PersonalData.EMAIL: _emails,
    PersonalData.RESIDENT_NUMBER: _resident_numbers,
    PersonalData.CARD: _cards,
    PersonalData.PHONE: _phones,
    PersonalData.ACCOUNT: _accounts,
}
"""In this order: what is surest first."""
