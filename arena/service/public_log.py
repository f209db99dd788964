"""The log as anyone may read it: checkpoints, tiles, receipts; and what witnesses bring to it.

Law: nothing is shown that the newest checkpoint does not cover.
"""

import json
import logging
from datetime import UTC, datetime

from arena.contest.battle import Stage, VoterId
from arena.contest.rules import Verdict, Witnesses
from arena.errors import BadNote, BadProof, BadRequest, BadSetting, NotAtThisStage, NotFound, ReceiptPending
from arena.ledger import receipt, tiles
from arena.ledger.checkpoint import Checkpoint, cosigned_by
from arena.ledger.note import KeyKind, Note, Vkey
from arena.ledger.receipt import Receipt, short_code
from arena.ledger.tiles import parse_path
from arena.service.pen import Clock
from arena.service.views import Finding, ReceiptView
from arena.store import battles, tree, votes
from arena.store.session import Store, Transaction
from arena.store.tree import Kept

log = logging.getLogger(__name__)


def witness_keys(witnesses: Witnesses) -> tuple[Vkey, ...]:
    """Read the vkeys of the rules' witnesses.

    Raises:
        BadSetting: one is no witness's, two have one name or key, or there are fewer than the quorum.
    """
    try:
        found = tuple(Vkey.parse(text) for text in witnesses.keys)
    except BadNote as error:
        raise BadSetting(f"the rules' witnesses: {error}; `arena key witness` makes a key") from error
    if any(key.kind is not KeyKind.COSIGNATURE for key in found):
        raise BadSetting("the rules' witnesses: a log's key is among them")
    if len({key.name for key in found}) < len(found) or len({key.public for key in found}) < len(found):
        raise BadSetting("the rules' witnesses: two have one name or one key")
    if witnesses.quorum > len(found):
        raise BadSetting(f"the rules' witnesses: {witnesses.quorum} must sign, and there are {len(found)}")
    return found


class PublicLog:
    """The public face of the log `origin`."""

    def __init__(self, store: Store, origin: str, witnesses: Witnesses, clock: Clock) -> None:
        """Read the ledger of `store`; `witnesses` are those that the rules name.

        Raises:
            BadSetting: the rules' witnesses cannot be.
        """
        self._store = store
        self._origin = origin
        self._witnesses = witness_keys(witnesses)
        self._quorum = witnesses.quorum
        self._clock = clock

    def newest(self) -> str:
        """Give the newest checkpoint's note, with the cosignatures that have come in.

        Raises:
            NotFound: there is none yet.
        """
        with self._store.reading() as connection:
            last = tree.latest(connection)
            if last is None:
                raise NotFound("no checkpoint yet")
            return tree.published(connection, last)

    def vkeys(self) -> tuple[str, ...]:
        """Give the log's vkeys, oldest first."""
        with self._store.reading() as connection:
            return tuple(key.vkey for key in tree.keys(connection))

    def content(self, path: str) -> bytes:
        """Give the tile or bundle of entries at a C2SP address, if the newest checkpoint covers it.

        Raises:
            NotFound: it does not, or that is no such address.
        """
        try:
            tile = parse_path(path)
        except BadNote as error:
            raise NotFound(path) from error
        with self._store.reading() as connection:
            last = tree.latest(connection)
            if last is None or not tile.within(last.size):
                raise NotFound(path)
            if tile.level is None:
                return tiles.bundle(tree.entries(connection, tile.first, tile.width))
            return b"".join(tree.hashes(connection)(tile.level, tile.first, tile.width))

    # Receipts

    def receipt(self, battle_id: str, voter: VoterId) -> str:
        """Give the receipt of a vote as a file.

        Its checkpoint is the newest that enough witnesses cosigned; where none covers the vote, the newest.

        Raises:
            NotFound: she has no such battle.
            NotAtThisStage: it has no vote.
            ReceiptPending: no checkpoint covers the vote yet.
            LedgerError: the record does not hold what it should.
        """
        with self._store.snapshot() as connection:
            battle = battles.find(connection, battle_id)
            if battle is None or battle.voter != voter:
                raise NotFound(battle_id)
            if battle.stage is not Stage.VOTED:
                raise NotAtThisStage(f"a receipt at stage {battle.stage.value}")
            sequence = votes.find(connection, battle).sequence
            covering = self._covering(connection, sequence)
            if covering is None:
                raise ReceiptPending(f"entry {sequence} is not under a checkpoint yet")
            return self._receipt(connection, sequence, covering)

    def check_receipt(self, text: str) -> ReceiptView:
        """Say what a receipt proves of this log; nothing of it is kept."""
        try:
            read = Receipt.parse(text)
            shown = Checkpoint.parse(read.note.text)
        except BadNote:
            return ReceiptView(Finding.UNREADABLE)
        if shown.origin != self._origin:
            return ReceiptView(Finding.FOREIGN)
        with self._store.snapshot() as connection:
            vkeys = [Vkey.parse(key.vkey) for key in tree.keys(connection)]
            try:
                checked = receipt.check(read, vkeys, self._witnesses)
            except (BadProof, BadNote):
                return ReceiptView(Finding.BROKEN)
            ours = self._is_ours(connection, shown)
        if not ours:
            log.error("a receipt signed by this log contradicts its record: %s", text)
        return ReceiptView(
            finding=Finding.HOLDS if ours else Finding.CONTRADICTS,
            verdict=Verdict(checked.verdict),
            index=checked.index,
            size=checked.size,
            code=short_code(read.leaf),
            recorded=datetime.fromtimestamp(json.loads(read.entry)["time"], UTC),
            cosigners=checked.cosigners,
        )

    # Witnesses

    def cosign(self, text: str) -> tuple[str, ...]:
        """Take the cosignatures of a checkpoint by witnesses of the rules; give their names.

        Raises:
            BadRequest: it is no note, a cosignature does not hold, or none is of a witness of the rules.
            NotFound: there is no such checkpoint.
        """
        try:
            note = Note.parse(text)
            asked = Checkpoint.parse(note.text)
            lines = {key.name: str(note.by(key)[-1]) for key in self._witnesses if cosigned_by(note, key)}
        except (BadNote, BadProof) as error:
            raise BadRequest(f"cosignatures: {error}") from error
        if not lines:
            raise BadRequest("no cosignature of a witness that the rules name")
        with self._store.writing() as connection:
            made = tree.checkpoint_of(connection, asked.size)
            if made is None or Note.parse(made.note).text != note.text:
                log.error("witnesses cosigned a checkpoint that is not on record: %s", text)
                raise NotFound(f"no such checkpoint of size {asked.size}")
            known = tree.cosignatures_of(connection, asked.size)
            for name in lines.keys() - known.keys():
                tree.cosign(connection, asked.size, name, lines[name], self._clock())
        return tuple(sorted(lines))

    # Inside

    def _covering(self, connection: Transaction, sequence: int) -> Kept | None:
        names = [key.name for key in self._witnesses]
        enough = tree.cosigned(connection, sequence, names, self._quorum) if self._quorum else None
        last = enough or tree.latest(connection)
        return last if last and last.size > sequence else None

    @staticmethod
    def _receipt(connection: Transaction, sequence: int, covering: Kept) -> str:
        line, payload = tree.opened(connection, sequence)
        opening = json.loads(payload)
        proof = tiles.inclusion_proof(sequence, covering.size, tree.hashes(connection))
        return Receipt(
            entry=line.decode(),
            salt=bytes.fromhex(opening["receipt_salt"]),
            verdict=Verdict(opening["verdict"]),
            index=sequence,
            hashes=tuple(proof),
            note=Note.parse(tree.published(connection, covering)),
        ).encoded()

    @staticmethod
    def _is_ours(connection: Transaction, shown: Checkpoint) -> bool:
        last = tree.latest(connection)
        if last is None or shown.size > last.size:
            return False
        return tiles.root(shown.size, tree.hashes(connection)) == shown.root
