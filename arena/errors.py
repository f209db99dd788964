"""Every exception raised on purpose, split by who can act on it.

ArenaError
├── Refused                 the citizen (or her client) asked for what cannot be
│   ├── BadPrompt           an empty, over-long or unreadable prompt
│   ├── BadRequest          a field holds what the rules do not know
│   ├── BadPicture          a file that is no picture we take, or cannot be read whole
│   ├── PictureTooLarge     a picture of more bytes or pixels than are taken
│   ├── NoPicture           she has no such picture (any more)
│   ├── NotACitizen         no valid identity, or no consent to the current notice
│   ├── NotFound            no such battle of hers
│   ├── NotAtThisStage      the battle is not at a stage that allows it
│   ├── BattleRunning       she has a battle that waits for her vote
│   ├── AlreadyVoted        another verdict is on record
│   ├── CapReached          her votes of this round are used up
│   ├── GivenUpTooOften     she has given up as many battles as the rules allow
│   ├── RoundNotOpen        before the opening or after the closing time
│   ├── Sealed              the rules seal this until the round is over
│   ├── ReceiptPending      no checkpoint covers the vote yet; a minute later one does
│   ├── NotSignedIn         staff alone may see this, and nobody is signed in
│   ├── NotPermitted        her role does not allow this
│   ├── WorkLost            what takes long could not be finished, and can be asked for again
│   └── TooBusy             more battles are being answered than the arena allows
├── BackendError            a team's server did not give a whole reply (carries a `Fault`)
├── LedgerError             the operator: the record or its store is not as it must be
│   ├── StoreUnavailable    the database cannot be reached, is full or read-only
│   │   └── StoreRefused    the database refuses what it was asked, and would again
│   ├── SchemaTooNew        the database was made by a newer version
│   ├── RulesChanged        the declared rules differ from those frozen for this round
│   ├── RoundUnknown        the declared round has never been opened in this database
│   ├── NotAnEntry          a payload that has no canonical bytes
│   ├── BadNote             a key, note, checkpoint, proof or receipt that cannot be read
│   ├── BadProof            a signature, commitment or Merkle proof does not hold
│   ├── Forked              two signed checkpoints that no one append-only log can have
│   ├── NotAtThisPhase      the round is not at a phase that allows the step
│   ├── NotConfirmed        a step that cannot be undone waits for its confirmation
│   ├── BadFolder           an exported folder cannot be read
│   ├── BadBackup           a backup is not whole, not ours, or has no place to go
│   ├── LogUnreachable      a log elsewhere is away, or does not answer as one
│   └── StampRefused        a time stamp was not given, or does not hold
├── BadDeclaration          the operator: `models.yaml` has mistakes (carries all of them)
├── BadSetting              the operator: an environment variable holds what cannot be
├── NoScore                 the evaluator: the votes so far make no finite standings
└── RehearsalError          the operator: simulated citizens could not do their work
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class ArenaError(Exception):
    """Anything the arena says on purpose."""


class Refused(ArenaError):
    """What a citizen asked for cannot be; nothing has changed."""

    code = "refused"

    def __init__(self, detail: str = "") -> None:
        """Carry `detail`, written for a developer; the citizen reads the text of `code`."""
        super().__init__(detail or self.code)


class BadPrompt(Refused):
    """The prompt is empty, too long or unreadable."""

    code = "bad_prompt"


class BadRequest(Refused):
    """A field holds something that the rules of the round do not know."""

    code = "bad_request"


class BadPicture(Refused):
    """The file is no picture that the arena takes, or cannot be read whole."""

    code = "bad_picture"


class PictureTooLarge(Refused):
    """The picture has more bytes or pixels than the arena takes."""

    code = "picture_too_large"


class NoPicture(Refused):
    """This citizen has no such picture, or has it no more."""

    code = "no_picture"


class NotACitizen(Refused):
    """There is no valid identity, or it has not consented to the current notice."""

    code = "consent_needed"


class NotFound(Refused):
    """This citizen has no such battle."""

    code = "not_found"


class NotAtThisStage(Refused):
    """The battle is not at a stage that allows this."""

    code = "not_at_this_stage"


class BattleRunning(Refused):
    """The citizen has a battle that is not over."""

    code = "battle_running"


class AlreadyVoted(Refused):
    """Another verdict is on record for this battle."""

    code = "already_voted"


class CapReached(Refused):
    """The citizen has cast all the votes that the rules give her."""

    code = "cap_reached"


class GivenUpTooOften(Refused):
    """The citizen has given up as many battles as the rules allow."""

    code = "given_up_too_often"


class RoundNotOpen(Refused):
    """The round takes no battles and votes now."""

    code = "round_not_open"


class Sealed(Refused):
    """The rules seal this until the round is over."""

    code = "sealed"


class ReceiptPending(Refused):
    """No checkpoint covers the vote yet."""

    code = "receipt_pending"


class NotSignedIn(Refused):
    """Nobody is signed in, or no longer."""

    code = "sign_in_needed"


class NotPermitted(Refused):
    """The role that is signed in does not allow this."""

    code = "not_permitted"


class WorkLost(Refused):
    """What a process of its own was to make was not made; asked for again, it is tried again."""

    code = "work_lost"


class TooBusy(Refused):
    """More battles are being answered than the arena allows at once."""

    code = "too_busy"


class Fault(StrEnum):
    """How a team's server can fail; the closed list that the ledger records."""

    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    BUSY = "busy"
    FAILED = "failed"
    STALLED = "stalled"
    CUT = "cut"
    MALFORMED = "malformed"
    EMPTY = "empty"
    ENDLESS = "endless"


class BackendError(ArenaError):
    """A team's server did not give a whole reply."""

    def __init__(self, fault: Fault, detail: str = "") -> None:
        """Carry the `fault` for the ledger and a `detail` for the operator's log."""
        super().__init__(f"{fault.value}: {detail}" if detail else fault.value)
        self.fault = fault


class LedgerError(ArenaError):
    """The record or its store is not as it must be."""


class StoreUnavailable(LedgerError):
    """The database cannot be reached, is full or takes no writes."""


class StoreRefused(StoreUnavailable):
    """The database refuses what it was asked, and would again: it is not the database that fails."""


class SchemaTooNew(LedgerError):
    """The database was made by a newer version of the arena."""


class RulesChanged(LedgerError):
    """The declared rules differ from those frozen for this round."""


class RoundUnknown(LedgerError):
    """The declared round has never been opened in this database."""


class NotAnEntry(LedgerError):
    """A payload that has no canonical bytes."""


class BadNote(LedgerError):
    """A key, note, checkpoint, proof or receipt cannot be read."""


class BadProof(LedgerError):
    """A signature, commitment or Merkle proof does not hold."""


class Forked(LedgerError):
    """Two signed checkpoints cannot both be of one append-only log."""


class NotAtThisPhase(LedgerError):
    """The round is not at a phase that allows this step."""


class NotConfirmed(LedgerError):
    """A step that cannot be undone waits for its confirmation; the message says how to give it."""


class BadFolder(LedgerError):
    """An exported folder cannot be read; the message names the file and line."""


class BadBackup(LedgerError):
    """A backup is not whole, not what its maker signed, or cannot be put back here."""


class LogUnreachable(LedgerError):
    """A log elsewhere cannot be reached, or does not answer as one."""


class StampRefused(LedgerError):
    """A time stamp was not given, or does not hold."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake in a declaration: where it stands, what is wrong, what to do."""

    line: int
    where: str
    what: str

    def __str__(self) -> str:
        """Read as a compiler's message."""
        return f"line {self.line}: {self.where}: {self.what}"


class BadDeclaration(ArenaError):
    """`models.yaml` has mistakes; all of them are in `mistakes`."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        """Keep every mistake, in the order of the file."""
        self.mistakes = tuple(sorted(mistakes, key=lambda mistake: mistake.line))
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))


class BadSetting(ArenaError):
    """An environment variable holds what cannot be."""


class NoScore(ArenaError):
    """The votes so far make no finite standings."""


class RehearsalError(ArenaError):
    """Simulated citizens could not do their work."""
