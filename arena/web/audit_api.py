"""The audit as a file, by the same filters as its page."""

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import StreamingResponse

from arena.reporting.audit_file import csv_of
from arena.service.audit import Asked
from arena.web.desk import SignedIn, TheDesk

router = APIRouter(prefix="/api/audit", include_in_schema=False)


def _asked(act: str = "", account: str = "", role: str = "", since: str = "", until: str = "") -> Asked:
    return Asked(act, account, role, since, until)


@router.get("/acts.csv")
def acts(by: SignedIn, desk: TheDesk, asked: Annotated[Asked, Depends(_asked)]) -> StreamingResponse:
    """Send every act that is asked for, as a sheet."""
    headers = {"content-disposition": 'attachment; filename="acts.csv"', "cache-control": "no-store"}
    lines = csv_of(desk.audit.every(by, asked))
    return StreamingResponse(lines, media_type="text/csv; charset=utf-8", headers=headers)
