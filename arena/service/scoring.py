"""Scoring: the given scores that evaluators hand in, and the whole that they make with the users' points."""

from dataclasses import dataclass
from enum import StrEnum

from arena.contest.contest import Contest
from arena.contest.roster import ContestantId
from arena.identity.staff import Staff
from arena.ledger.entries import SALT_BYTES
from arena.reporting import composite, score_sheet
from arena.reporting.given import Given, given_of
from arena.reporting.score_sheet import SheetRead
from arena.service.analyst import Analysed, Analyst
from arena.service.audit import NOTHING, Audit, Facts
from arena.service.pen import Random
from arena.service.permissions import Act, permit
from arena.store import exclusions, given
from arena.store.given import KeptScores
from arena.store.session import Store

GIVE = "give_scores"


class Form(StrEnum):
    """The form of a template."""

    CSV = "csv"
    XLSX = "xlsx"


TEMPLATES = {Form.CSV: score_sheet.template_csv, Form.XLSX: score_sheet.template_xlsx}


@dataclass(frozen=True, slots=True)
class Scored:
    """The users' part, and the whole where scores were given for just these contestants."""

    users: Analysed
    given: Given | None
    wholes: tuple[composite.Whole, ...]

    def sentence(self, contest: Contest, language: str) -> str:
        """Say who is last of the whole, "" without one."""
        return composite.sentence(contest.rules, self.wholes, language) if self.wholes else ""


class Scoring:
    """The scoring of one round."""

    def __init__(
        self, store: Store, contest: Contest, analyst: Analyst, audit: Audit, random: Random
    ) -> None:
        """Score `contest`; given scores are kept in `store`."""
        self._store = store
        self.contest = contest
        self._analyst = analyst
        self._audit = audit
        self._random = random

    def score(self, by: Staff, *, anew: bool = False) -> Scored | None:
        """Give points and whole; None while the analysis is being made, which `anew` has tried again.

        Raises:
            NotPermitted: this role reads no score.
            Sealed, NoScore, WorkLost: as `Analyst.analysis`.
        """
        permit(by, Act.READ_SCORE)
        users = self._analyst.analysis(by, anew=anew)
        if users is None or users.analysis is None:
            return None
        with self._store.reading() as connection:
            kept = given.find(connection, self.contest.rules.round_id)
        handed = None if kept is None else given_of(kept.document)
        known = {row.contestant for row in users.analysis.standings.rows}
        if handed is None or any(scores.keys() != known for scores in handed.scores.values()):
            return Scored(users, handed, ())
        return Scored(users, handed, composite.composite(self.contest.rules, users.analysis, handed))

    def take(self, by: Staff, content: bytes) -> SheetRead:
        """Take a sheet of given scores in place of the one before, or say all that is wrong with it.

        Raises:
            NotPermitted: this role hands in no scores.
            StoreUnavailable: they cannot be kept.
        """
        permit(by, Act.READ_SCORE)
        read = score_sheet.read_sheet(content, self.contest, self._removed())
        if read.given is not None:
            fresh = KeptScores(read.given.document(), self._random(SALT_BYTES))
            with self._store.writing() as connection:
                before = given.find(connection, self.contest.rules.round_id)
                given.put(connection, self.contest.rules.round_id, fresh)
                self._audit.put_in(connection, by, GIVE, _facts(before), _facts(fresh))
        return read

    def template(self, by: Staff, form: Form) -> bytes:
        """Give a sheet to fill in.

        Raises:
            NotPermitted: this role hands in no scores.
        """
        permit(by, Act.READ_SCORE)
        return TEMPLATES[form](self.contest, self._removed())

    def _removed(self) -> tuple[ContestantId, ...]:
        with self._store.reading() as connection:
            return exclusions.removed(connection, self.contest.rules.round_id)


def _facts(kept: KeptScores | None) -> Facts:
    """Tell given scores as the record may hold them: by what nobody can guess them from."""
    return NOTHING if kept is None else {"commitment": given_of(kept.document).commitment(kept.salt)}
