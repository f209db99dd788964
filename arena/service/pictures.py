"""What a citizen can do with pictures: add one, look at it, take it away again.

A picture is cleaned when it is added, before anything is asked about it: she sees what the teams would get.
"""

from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from hashlib import sha256
from threading import BoundedSemaphore

from arena.contest.battle import Battle, VoterId
from arena.contest.picture import KEPT_TYPE, Header, Picture, PictureId
from arena.errors import BadRequest, NoPicture, NotFound, TooBusy
from arena.service import voting
from arena.service.pen import Clock, Random
from arena.service.rounds import Round
from arena.store import pictures
from arena.store.session import Store, Transaction

Clean = Callable[[bytes], tuple[bytes, Header]]
"""Gives a plain JPEG of a foreign file, and its header."""

MOST_LOOSE = 4
"""Pictures of one citizen that nothing was asked about yet."""

MOST_LOOSE_OF_ALL = 1_000
"""Those of all citizens, 1 MB each at most: whoever has many cookies fills no disk."""

KEPT_LOOSE = timedelta(days=1)
AT_ONCE = 2
"""Pictures that are decoded at once; each may take a processor for seconds."""

MOST_WAITING = 8
"""Pictures that are decoded or wait to be."""


class Pictures:
    """The pictures of one round."""

    def __init__(self, store: Store, round_: Round, clean: Clean, clock: Clock, random: Random) -> None:
        """Keep pictures of `round_` in `store`, as `clean` makes them."""
        self._store = store
        self._round = round_
        self._clean = clean
        self._clock = clock
        self._random = random
        self._decoding = BoundedSemaphore(AT_ONCE)
        self._waiting = BoundedSemaphore(MOST_WAITING)

    def check_may_add(self, voter: VoterId) -> None:
        """Check that a citizen may add a picture now.

        Raises:
            BadRequest: the round takes none.
            Refused: as `Citizens.open_battle`.
        """
        if not self._round.contest.takes_pictures:
            raise BadRequest("this round takes no pictures")
        with self._store.reading() as connection:
            voting.may_ask(connection, self._round.contest.rules, voter, self._clock())

    def add(self, voter: VoterId, file: bytes) -> Picture:
        """Keep a picture that she will ask about; of several the newest are kept.

        Raises:
            TooBusy: as many pictures are being decoded as may.
            PictureTooLarge: it has more bytes or pixels than are taken.
            BadPicture: it is no picture that is taken.
            Refused: as `check_may_add`.
        """
        self.check_may_add(voter)
        with self._turn():
            content, made = self._clean(file)
        picture = Picture(
            PictureId(self._random(16).hex()), sha256(content).hexdigest(), made.width, made.height
        )
        with self._store.writing() as connection:
            now = self._clock()
            # While it was decoded she may have erased her record, or the round may have been closed.
            voting.may_ask(connection, self._round.contest.rules, voter, now)
            # Room for this one is made before it is there, so that it is never the one that goes.
            pictures.tidy(connection, voter, MOST_LOOSE - 1, MOST_LOOSE_OF_ALL - 1, now - KEPT_LOOSE)
            pictures.insert_picture(connection, voter, picture, content, now)
        return picture

    def read(self, voter: VoterId, picture: str) -> bytes:
        """Give the bytes of a picture of hers.

        Raises:
            NotFound: she has no such picture.
        """
        with self._store.reading() as connection:
            content = pictures.content(connection, voter, picture)
        if content is None:
            raise NotFound(picture)
        return content

    def remove(self, voter: VoterId, picture: str) -> None:
        """Take a picture away that nothing was asked about; others go when she erases her record."""
        with self._store.writing() as connection:
            pictures.remove(connection, voter, picture)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._waiting.acquire(blocking=False):
            raise TooBusy(f"{MOST_WAITING} pictures are being decoded")
        try:
            with self._decoding:
                yield
        finally:
            self._waiting.release()


def shown(connection: Transaction, voter: VoterId, images: Sequence[str]) -> tuple[Picture, ...]:
    """Read her pictures, in the order that she names them.

    Raises:
        NoPicture: one is not hers, or is no longer here.
    """
    hers = pictures.find(connection, voter, images) if images else {}
    if not hers.keys() >= set(images):
        raise NoPicture
    return tuple(hers[one] for one in images)


def contents(connection: Transaction, battle: Battle) -> Mapping[PictureId, str]:
    """Read the pictures that a battle's turns came with, as data URLs: one text for both contestants.

    Raises:
        NoPicture: the citizen has erased one.
    """
    wanted = [picture.id for turn in battle.turns for picture in turn.pictures]
    found = {one: pictures.content(connection, battle.voter, one) for one in wanted}
    kept = {one: _data_url(content) for one, content in found.items() if content is not None}
    if len(kept) < len(found):
        raise NoPicture
    return kept


def _data_url(content: bytes) -> str:
    return f"data:{KEPT_TYPE};base64,{b64encode(content).decode()}"
