"""What can be wrong with an uploaded sheet of scores, line by line, in Korean and English."""

from dataclasses import dataclass
from enum import Enum

from arena.ledger.checks import Words


class Wrong(Enum):
    """One thing that can be wrong; `{0}`, `{1}` … are what stands there."""

    # The file
    TOO_LARGE = Words("파일이 너무 큽니다({0}바이트, 한도 {1}).", "The file is too large ({0} bytes of {1}).")
    NOT_TEXT = Words(
        "글자를 읽을 수 없습니다. UTF-8이나 CP949(EUC-KR)로 저장한 CSV, 또는 XLSX를 올려 주세요.",
        "The letters cannot be read. Save it as CSV in UTF-8 or CP949 (EUC-KR), or as XLSX.",
    )
    OLD_EXCEL = Words(
        "옛 엑셀(.xls)이거나 암호가 걸린 파일입니다. 암호 없이 .xlsx로 저장해 주세요.",
        "This is an old Excel file (.xls) or has a password. Save it as .xlsx without one.",
    )
    BROKEN = Words("엑셀 파일이 손상되었거나 XLSX가 아닙니다.", "The Excel file is broken, or no XLSX.")
    SEVERAL_SHEETS = Words(
        "시트가 {0}개입니다. 점수 시트 하나만 남겨 주세요.",
        "It has {0} sheets. Keep the one with the scores.",
    )
    TOO_MANY_CELLS = Words("표가 너무 큽니다(한도 {0}줄).", "The table is too large (at most {0} lines).")
    EMPTY = Words("표가 비어 있습니다.", "The table is empty.")
    NO_COLUMN = Words("'{0}' 열이 없습니다.", "There is no column “{0}”.")
    COLUMN_TWICE = Words("'{0}' 열이 두 번 있습니다.", "The column “{0}” is there twice.")
    UNKNOWN_COLUMN = Words(
        "'{0}' 열은 모르는 열입니다. 지우거나 양식의 이름으로 고쳐 주세요.",
        "The column “{0}” is unknown. Delete it, or name it as in the template.",
    )
    BROKEN_LINE = Words("CSV의 따옴표가 맞지 않습니다.", "The quotes of the CSV do not match.")

    # A line
    NOBODY = Words("참가 모델 ID가 비어 있습니다.", "The contestant's ID is empty.")
    UNKNOWN = Words("'{0}'은(는) 이 라운드에 없습니다.", "“{0}” is not in this round.")
    REMOVED = Words(
        "'{0}'은(는) 이 라운드에서 빠졌습니다. 이 줄을 지워 주세요.",
        "“{0}” was removed from this round. Delete this line.",
    )
    TWICE = Words("'{0}'이(가) {1}번째 줄에 이미 있습니다.", "“{0}” is in line {1} already.")
    OTHER_NAME = Words(
        "'{0}'의 이름은 '{2}'인데 '{1}'(이)라고 적혀 있습니다.", "“{0}” is “{2}”, and the line says “{1}”."
    )
    NO_SCORE = Words("{0} 점수가 비어 있습니다.", "The {0} score is empty.")
    FORMULA = Words(
        "{0} 칸에 수식이 있습니다. 값만 붙여 넣어 주세요.", "The {0} cell is a formula. Paste its value."
    )
    NO_NUMBER = Words("{0} 점수 '{1}'은(는) 숫자가 아닙니다.", "The {0} score “{1}” is not a number.")
    OUTSIDE = Words(
        "{0} 점수 {1}은(는) 0에서 {2} 사이가 아닙니다.", "The {0} score {1} is not from 0 to {2}."
    )

    # All of it
    MISSING = Words("'{0}'의 줄이 없습니다.", "There is no line of “{0}”.")


@dataclass(frozen=True, slots=True)
class SheetMistake:
    """One mistake; `line` as a spreadsheet numbers it, 0 for the whole file."""

    line: int
    wrong: Wrong
    details: tuple[object, ...] = ()

    def said(self, language: str) -> str:
        """Say it in "ko" or "en", with its line."""
        told = self.wrong.value.said(language, *self.details)
        if not self.line:
            return told
        return f"{self.line}번째 줄: {told}" if language == "ko" else f"Line {self.line}: {told}"
