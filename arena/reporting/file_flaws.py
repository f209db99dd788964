"""What can be wrong with the files of a folder and what is computed again, said in Korean and English."""

from arena.ledger.checks import AnyFlaw, Check


class FileFlaw(AnyFlaw):
    """What can be wrong with files, votes, scores and results."""

    # The folder
    UNREADABLE = (Check.FOLDER, "읽을 수 없습니다: {0}.", "cannot be read: {0}.")
    MISSING = (Check.FOLDER, "파일이 없습니다.", "is missing.")
    EXTRA = (Check.FOLDER, "이 폴더에 있어서는 안 되는 파일입니다.", "does not belong in this folder.")
    NOT_A_FILE = (
        Check.FOLDER,
        "보통 파일이 아닙니다(링크, 폴더 등).",
        "is no plain file (a link, a folder …).",
    )
    TOO_LARGE = (
        Check.FOLDER,
        "{0}바이트로, 한도 {1}바이트를 넘습니다.",
        "has {0} bytes; at most {1} are read.",
    )
    LONG_LINE = (
        Check.FOLDER,
        "줄이 {0}바이트를 넘어 여기서 읽기를 멈췄습니다.",
        "has a line of more than {0} bytes; reading stopped here.",
    )
    MANIFEST = (Check.FOLDER, "목록 파일이 바르지 않습니다: {0}.", "is not a manifest: {0}.")
    OTHER_CONTENT = (
        Check.FOLDER,
        "내용이 manifest.json에 적힌 것과 다릅니다.",
        "is not the one that manifest.json names.",
    )

    # Scores
    BROKEN_VOTES = (Check.SCORES, "표의 줄이 바르지 않습니다: {0}.", "this line is no vote: {0}.")
    OTHER_VOTES = (Check.SCORES, "기록에서 나오는 표와 다릅니다.", "is not what follows from the ledger.")
    NUMBER_OF_VOTES = (
        Check.SCORES,
        "표의 수가 {0}인데 기록에는 {1}표가 있습니다.",
        "the files hold {0} votes, the ledger {1}.",
    )
    OTHER_SCORES = (
        Check.SCORES,
        "표에서 다시 계산한 점수와 다릅니다: {0}.",
        "is not what the votes give: {0}.",
    )

    # Result
    UNEXPECTED_RESULT = (
        Check.RESULT,
        "기록이 공개하지 않은 결과입니다.",
        "is a result that the ledger has not opened.",
    )
    OTHER_RESULT = (Check.RESULT, "확정 때 약속한 결과가 아닙니다.", "is not the result that was committed.")
    NO_RESULT = (Check.RESULT, "공개한 결과 파일이 없습니다.", "is missing, and the ledger has opened it.")
