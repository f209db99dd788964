"""Time stamps by an outside authority (RFC 3161): that a document existed at a moment.

Nothing of the document but its SHA-256 leaves the house.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import httpx
from cryptography.x509 import Certificate, load_pem_x509_certificates
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    Verifier,
    VerifierBuilder,
    decode_timestamp_response,
)

from arena.errors import BadSetting, StampRefused

SECONDS = 30
LARGEST = 100_000
"""Bytes of an answer; a token with its certificates takes some five thousand."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What an authority answered: DER bytes that `openssl ts -verify` reads, and the moment in them."""

    token: bytes
    moment: datetime


class TimeStampAuthority:
    """An authority at `url` that the root certificates `roots` (PEM) vouch for."""

    def __init__(self, url: str, roots: bytes, transport: httpx.BaseTransport | None = None) -> None:
        """Name the authority; nothing is asked yet.

        Raises:
            BadSetting: `roots` holds no certificate.
        """
        self._url = url
        self._roots = _certificates(roots)
        self._transport = transport

    def stamp(self, document: bytes) -> Stamp:
        """Have `document` stamped, and check the stamp.

        Raises:
            StampRefused: the authority cannot be reached, refuses, or gives a stamp that does not hold.
        """
        asked = TimestampRequestBuilder().data(document).hash_algorithm(HashAlgorithm.SHA256).build()
        token = self._post(asked.as_bytes())
        verifier = _trusting(VerifierBuilder.from_request(asked), self._roots)
        return Stamp(token, _checked(token, document, verifier))

    def check(self, token: bytes, document: bytes) -> datetime:
        """Check a stamp that was given before, and give its moment.

        Raises:
            StampRefused: it is not a stamp of this document by this authority.
        """
        return _checked(token, document, _trusting(VerifierBuilder(), self._roots))

    def _post(self, request: bytes) -> bytes:
        headers = {"content-type": "application/timestamp-query", "accept": "application/timestamp-reply"}
        try:
            with (
                httpx.Client(timeout=SECONDS, transport=self._transport, trust_env=False) as client,
                client.stream("POST", self._url, content=request, headers=headers) as answer,
            ):
                if answer.status_code != httpx.codes.OK:
                    raise StampRefused(f"{self._url} answers {answer.status_code}")
                return _limited(answer)
        except httpx.HTTPError as error:
            raise StampRefused(f"{self._url}: {error}") from error


def _limited(answer: httpx.Response) -> bytes:
    token = b""
    for piece in answer.iter_bytes():
        token += piece
        if len(token) > LARGEST:
            raise StampRefused("the answer is too long to be a time stamp")
    return token


def _certificates(pem: bytes) -> Sequence[Certificate]:
    try:
        return load_pem_x509_certificates(pem)
    except ValueError as error:
        raise BadSetting("ARENA_STAMP_ROOTS must name a file of PEM certificates") from error


def _trusting(builder: VerifierBuilder, roots: Sequence[Certificate]) -> Verifier:
    for root in roots:
        builder = builder.add_root_certificate(root)
    return builder.build()


def _checked(token: bytes, document: bytes, verifier: Verifier) -> datetime:
    try:
        response: TimeStampResponse = decode_timestamp_response(token)
        verifier.verify_message(response, document)
    except (VerificationError, ValueError) as error:
        raise StampRefused(f"the time stamp does not hold: {error}") from error
    return response.tst_info.gen_time
