"""How blind a round is: what voters guess, what programs can tell, and who asked for a name.

Beside it stands what a preference is worth: votes on controls, in which one met itself or a reference.
Nothing in it says who wins, and nothing but `telling` repeats what anybody wrote.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass

from arena.contest.battle import Seats, Side
from arena.contest.feedback import DONT_KNOW
from arena.contest.outcomes import Cell
from arena.contest.probing import asks_who
from arena.contest.roster import ContestantId
from arena.reporting.audited import PERMUTATIONS, Audit, TooFew, Watch
from arena.reporting.controls import Controls, Met, controls, met
from arena.reporting.score_files import pretty
from arena.store.guesses import Guessed
from arena.store.transcripts import Transcript
from ratings.blinding_index import Guesses, Index, indices_by_voter
from ratings.shares import Share

MOST_BATTLES = 5_000
"""So many battles are given to programs, those with the first ids; ids are random."""
FEWEST_VOTERS = 10
"""Voters who were asked about a contestant, below which nothing is said."""
FITS = 3 * (PERMUTATIONS + 1)
"""How often `watch` hears where there are enough replies."""

NOTES = (
    "The index (Bang, Ni and Davis 2004, for several teams) is 1 where voters always know, 0 by chance.",
    "Its intervals are clustered by voter. Who saves feedback and names no team counts as not knowing.",
    "Programs learn from replies to some questions and are tried on replies to other questions.",
    "Their intervals are Wilson's, clustered by question; `shuffled`: the same with seats shuffled.",
    "Times on record: from asking to the end of both sides, one for both. A citizen can watch more:",
    "first words, rhythm and sizes of pieces are not on record, and nothing is said of them here.",
    "Questions with pictures are left out: who answers one is among the contestants that take pictures.",
    "How long a reply is, everybody can see; the arena does not hide it.",
    "Each interval is at 95 % by itself: of five contestants that nobody knows, one may look recognised in",
    "up to twelve of a hundred rounds.",
    "Controls: both replies are of one model, so `decided` is how often a preference is none, and",
    "`preferring_a` is one half where sides do not matter. Intervals are Wilson's, clustered by voter.",
    "Battles with a reference are left out of guesses and programs; how one fares is told of all together.",
)


@dataclass(frozen=True, slots=True)
class Recognised:
    """What voters guessed where a contestant sat, and its index."""

    said: Guesses
    index: Index | TooFew


@dataclass(frozen=True, slots=True)
class Blindness:
    """How blind a round is.

    `battles` are those that both sides answered, `erased` of them have no texts any more, `read` were read by
    programs. `probing` counts the prompts that ask who answers.
    """

    round: str
    battles: int
    erased: int
    read: int
    prompts: int
    probing: int
    votes: int
    guesses: int
    voters: int
    recognised: Mapping[ContestantId, Recognised]
    texts: Audit | TooFew
    moments: Audit | TooFew
    lengths: Audit | TooFew
    controls: Controls
    references: Mapping[ContestantId, Met]

    @property
    def audits(self) -> Mapping[str, Audit | TooFew]:
        """The audits by name."""
        return {"texts": self.texts, "moments": self.moments, "lengths": self.lengths}


@dataclass(slots=True)
class _Seen:
    battles: int = 0
    erased: int = 0
    prompts: int = 0
    probing: int = 0


def blindness(
    round_id: str,
    ids: tuple[ContestantId, ...],
    *,
    battles: Iterable[Transcript],
    guesses: Iterable[Guessed],
    votes: int,
    on_controls: Iterable[Cell],
    references: tuple[ContestantId, ...] = (),
    watch: Watch = lambda: None,
) -> Blindness:
    """Measure how blind a round is in which contestants `ids` score; `watch` hears of each fit.

    `on_controls` are the votes on battles of a contestant with itself or with a reference.
    """
    from arena.reporting import audits  # noqa: PLC0415 - scikit-learn takes a second, and only this needs it

    seen, cells = _Seen(), tuple(on_controls)
    read = audits.readings(list(_kept(battles, references, seen)))
    said = tuple(one for one in guesses if not _holds_any(one.seats, references))
    return Blindness(
        round=round_id,
        battles=seen.battles,
        erased=seen.erased,
        read=len(read) // 2,
        prompts=seen.prompts,
        probing=seen.probing,
        votes=votes,
        guesses=len(said),
        voters=len({one.voter for one in said}),
        recognised=_recognised(said, ids, len(ids) + len(references)),
        texts=audits.audit_texts(read, ids, watch),
        moments=audits.audit_moments(read, ids, watch),
        lengths=audits.audit_lengths(read, ids, watch),
        controls=controls(cells),
        references={each: met(each, cells) for each in references},
    )


def _holds_any(seats: Seats, ids: tuple[ContestantId, ...]) -> bool:
    return any(seated in ids for seated in seats.values())


def _kept(
    battles: Iterable[Transcript], references: tuple[ContestantId, ...], seen: _Seen
) -> Iterator[Transcript]:
    """Count every battle of contestants that score, and give the first that still have texts."""
    for battle in battles:
        if _holds_any(battle.seats, references):
            continue
        seen.battles += 1
        if battle.is_erased:
            seen.erased += 1
            continue
        seen.prompts += len(battle.prompts)
        seen.probing += sum(map(asks_who, battle.prompts))
        if seen.battles - seen.erased <= MOST_BATTLES:
            yield battle


def _recognised(
    said: Iterable[Guessed], ids: tuple[ContestantId, ...], choices: int
) -> dict[ContestantId, Recognised]:
    """Count what each voter said of each contestant, and give its index; `choices` could be named."""
    by_voter: dict[ContestantId, dict[str, Guesses]] = {each: defaultdict(_nothing) for each in ids}
    for one in said:
        for side in Side:
            seated = one.seats[side]
            by_voter[seated][one.voter] = _more(by_voter[seated][one.voter], one.guess[side], seated)
    return {each: indexed(each, tuple(voters.values()), choices) for each, voters in by_voter.items()}


def _nothing() -> Guesses:
    return Guesses(0, 0)


def _more(before: Guesses, named: str, seated: str) -> Guesses:
    return Guesses(
        right=before.right + (named == seated),
        wrong=before.wrong + (named not in {seated, DONT_KNOW}),
        unknown=before.unknown + (named == DONT_KNOW),
    )


def indexed(contestant: ContestantId, voters: tuple[Guesses, ...], choices: int) -> Recognised:
    """Give what `voters` said of a contestant among `choices`, and its index where they are enough."""
    said = Guesses(
        right=sum(one.right for one in voters),
        wrong=sum(one.wrong for one in voters),
        unknown=sum(one.unknown for one in voters),
    )
    if len(voters) < FEWEST_VOTERS:
        return Recognised(said, TooFew("voters who were asked", len(voters), FEWEST_VOTERS))
    (index,) = indices_by_voter({contestant: voters}, choices=choices)
    return Recognised(said, index)


def document(found: Blindness, *, telling: bool) -> dict[str, object]:
    """Give the report as JSON; with `telling` also the pieces of replies that tell contestants apart."""
    heads = ("round", "battles", "erased", "read", "prompts", "probing", "votes", "guesses", "voters")
    return {
        **{name: getattr(found, name) for name in heads},
        "recognised": {each: _said(one) for each, one in found.recognised.items()},
        "audits": {name: _audited(one, telling=telling) for name, one in found.audits.items()},
        "controls": _controlled(found.controls),
        "references": {each: _compared(one) for each, one in found.references.items()},
        "notes": list(NOTES),
    }


def file_of(found: Blindness) -> bytes:
    """Give the report as a file of an export; it repeats nothing that anybody wrote."""
    return pretty(document(found, telling=False))


def _said(one: Recognised) -> dict[str, object]:
    said: dict[str, object] = {**asdict(one.said)}
    if isinstance(one.index, TooFew):
        return {**said, "too_few": asdict(one.index)}
    figures = {"index": one.index.index, "lower": one.index.lower, "upper": one.index.upper}
    return {**said, **_rounded(figures), "recognised": one.index.guessed}


def _audited(one: Audit | TooFew, *, telling: bool) -> dict[str, object]:
    if isinstance(one, TooFew):
        return {"too_few": asdict(one)}
    said = {
        "replies": one.replies,
        "questions": one.questions,
        **_rounded({name: getattr(one, name) for name in ("share", "lower", "upper", "chance")}),
        "shuffled": [round(share, 4) for share in one.shuffled],
        "found": _rounded(one.found),
        "told_apart": one.is_told,
    }
    return {**said, "telling": one.telling} if telling and one.telling else said


def _controlled(said: Controls) -> dict[str, object]:
    counts = {verdict.value: number for verdict, number in said.verdicts.items()}
    return {
        "votes": said.votes,
        **counts,
        "decided": _shared(said.decided),
        "preferring_a": _shared(said.preferring_a),
    }


def _compared(one: Met) -> dict[str, object]:
    counts = {name: getattr(one, name) for name in ("votes", "for_it", "against", "tie", "both_bad")}
    return {**counts, "preferred": _shared(one.preferred)}


def _shared(one: Share | None) -> dict[str, float] | None:
    return None if one is None else _rounded({"share": one.share, "lower": one.lower, "upper": one.upper})


def _rounded(figures: Mapping[str, float]) -> dict[str, float]:
    """Keep the digits that another machine gives as well."""
    return {name: round(value, 4) for name, value in figures.items()}
