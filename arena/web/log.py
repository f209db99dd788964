"""The log at stable addresses: checkpoint, tiles, keys, receipts; and the witnesses' way in.

What a checkpoint covers never changes, so tiles may be kept for ever by whoever fetches them.
"""

import asyncio
import gzip
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from starlette.responses import PlainTextResponse

from arena.service.public_log import PublicLog
from arena.web import schemas
from arena.web.api import Voter

LARGEST_NOTE = 64 * 1024
"""Bytes of a checkpoint with cosignatures, or of a receipt."""

COMPRESSED_FROM = 1_000

router = APIRouter()


def _log(request: Request) -> PublicLog:
    return request.app.state.log  # type: ignore[no-any-return]  # Starlette's state is untyped


TheLog = Annotated[PublicLog, Depends(_log)]


async def _note(request: Request) -> str:
    """Read a small body of text."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LARGEST_NOTE:
            raise HTTPException(413)
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise HTTPException(422) from error


Text = Annotated[str, Depends(_note)]


@router.get("/api/checkpoint", response_class=PlainTextResponse)
@router.get("/checkpoint", response_class=PlainTextResponse, include_in_schema=False)
def read_checkpoint(log: TheLog) -> str:
    """Give the newest checkpoint (C2SP tlog-checkpoint), with the cosignatures that have come in."""
    return log.newest()


@router.get("/api/keys", response_class=PlainTextResponse)
def read_keys(log: TheLog) -> str:
    """Give the log's vkeys, one a line, oldest first."""
    return "".join(f"{vkey}\n" for vkey in log.vkeys())


@router.get("/tile/{place:path}", response_class=Response)
def read_tile(place: str, request: Request, log: TheLog) -> Response:
    """Give a tile of hashes, or under `entries/` a bundle of entries (C2SP tlog-tiles)."""
    content, headers = log.content(f"tile/{place}"), {"vary": "accept-encoding"}
    if place.startswith("entries/") and "gzip" in request.headers.get("accept-encoding", ""):
        content, headers["content-encoding"] = gzip.compress(content, 6, mtime=0), "gzip"
    return Response(content, media_type="application/octet-stream", headers=headers)


@router.post("/api/cosignatures")
async def take_cosignatures(text: Text, log: TheLog) -> schemas.CosignersShown:
    """Take a checkpoint note with cosignatures of witnesses that the rules name."""
    return schemas.CosignersShown(witnesses=list(await asyncio.to_thread(log.cosign, text)))


@router.get("/api/battles/{battle_id}/receipt", response_class=PlainTextResponse)
def read_receipt(battle_id: str, log: TheLog, voter: Voter) -> PlainTextResponse:
    """Give the receipt of a vote as a file (C2SP tlog-proof), once a checkpoint covers it."""
    name = f"vote-{battle_id[:8]}.tlog-proof"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return PlainTextResponse(log.receipt(battle_id, voter), headers=headers)


@router.post("/api/receipts")
async def check_receipt(text: Text, log: TheLog) -> schemas.ReceiptChecked:
    """Say what a receipt proves of this log; nothing of it is kept."""
    return schemas.ReceiptChecked.model_validate(await asyncio.to_thread(log.check_receipt, text))
