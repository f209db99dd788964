"""One face for every refusal: `{"error": code, "message": text}`; one table from errors to statuses."""

from starlette.responses import JSONResponse

from arena.errors import (
    AlreadyVoted,
    ArenaError,
    BadPicture,
    BadPrompt,
    BadRequest,
    BattleRunning,
    CapReached,
    GivenUpTooOften,
    LedgerError,
    NoPicture,
    NoScore,
    NotACitizen,
    NotAtThisStage,
    NotFound,
    NotPermitted,
    NotSignedIn,
    PictureTooLarge,
    ReceiptPending,
    Refused,
    RoundNotOpen,
    Sealed,
    TooBusy,
    WorkLost,
)
from arena.web.text.refusals import REFUSALS

STATUS: dict[type[ArenaError], int] = {
    BadPrompt: 422,
    BadRequest: 422,
    BadPicture: 422,
    PictureTooLarge: 413,
    NoPicture: 422,
    NotACitizen: 403,
    NotFound: 404,
    NotSignedIn: 401,
    NotPermitted: 403,
    NotAtThisStage: 409,
    BattleRunning: 409,
    AlreadyVoted: 409,
    CapReached: 403,
    GivenUpTooOften: 403,
    RoundNotOpen: 403,
    Sealed: 403,
    ReceiptPending: 409,
    NoScore: 409,
    TooBusy: 503,
    WorkLost: 503,
    LedgerError: 503,
    ArenaError: 500,
}

CODES: dict[type[ArenaError], str] = {
    LedgerError: "unavailable",
    NoScore: "no_score",
    ArenaError: "internal",
}
"""Codes of the errors that are not refusals; those carry their own."""


def refusal(code: str, status: int, language: str, extra: dict[str, str] | None = None) -> JSONResponse:
    """Answer a refusal in the citizen's language."""
    body = {"error": code, "message": REFUSALS[code][language], **(extra or {})}
    headers = {"retry-after": "5"} if status == 503 else None
    return JSONResponse(body, status, headers)


def refused(error: ArenaError, language: str) -> JSONResponse:
    """Answer one of our errors; of its own words only a battle's id is shown."""
    kind = next(known for known in type(error).__mro__ if known in STATUS)
    code = error.code if isinstance(error, Refused) else CODES[kind]
    extra = {"battle": str(error)} if isinstance(error, BattleRunning) else None
    return refusal(code, STATUS[kind], language, extra)
