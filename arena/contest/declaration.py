"""`models.yaml` read as a contest: every mistake at once, each with its line and what to do."""

import re
from urllib.parse import urlsplit

from arena.contest.blinding import Mask
from arena.contest.contest import Contest
from arena.contest.document import parsed
from arena.contest.fields import SOME_DAY, Fields
from arena.contest.roster import Contestant, ContestantId, Roster
from arena.contest.rules import (
    PLACES,
    BothBad,
    DecisionRule,
    Decoding,
    Exclusions,
    Openings,
    PointsRule,
    Reveal,
    RoundId,
    Rules,
    Seal,
    Speed,
    Ties,
    Track,
    Verdict,
    Witnesses,
)
from arena.errors import BadDeclaration

LANGUAGES = ("ko", "en")
ID = re.compile(r"[a-z][a-z0-9-]{0,39}")
COSIGNER = re.compile(r"[^\s+]{1,200}\+[0-9a-f]{8}\+[A-Za-z0-9+/]{44}")
"""A vkey (C2SP signed-note) of 33 bytes; whether it is one of a witness shows when it signs."""
SHA256 = re.compile(r"[0-9a-f]{64}")
VARIABLE = re.compile(r"[A-Z][A-Z0-9_]{0,63}")


def read(text: str) -> Contest:
    """Read a declaration.

    Raises:
        BadDeclaration: with every mistake of the file.
    """
    top = Fields.of_document(parsed(text))
    of_round = top.section("round")
    rules = _rules(of_round)
    roster = _roster(top.sections("contestants"))
    contest = Contest(rules, roster)
    # What stands in for a wrong field is not a second mistake.
    if not top.mistakes:
        _check_references(contest, top, of_round)
        _check_pictures(contest, of_round)
    top.finish()
    if top.mistakes:
        raise BadDeclaration(top.mistakes)
    return contest


def _check_references(contest: Contest, top: Fields, of_round: Fields) -> None:
    """Check that contestants are left that score, and that references are met in controls."""
    if len(contest.roster.rated) < 2:
        top.mistake("contestants", "must hold two or more that are no references")
    if contest.roster.references and not contest.rules.controls:
        of_round.mistake("controls", "must be 1 or more: a reference is met in controls alone")


def _check_pictures(contest: Contest, fields: Fields) -> None:
    """Check that there are pairs to ask about pictures, and that every contestant can score."""
    if contest.takes_pictures and len(contest.entered(Track.OPEN_PICTURES)) < 2:
        fields.mistake("tracks", "holds open_pictures; two contestants at least must have `images: true`")
    scored = {one for track in contest.rules.scoring for one in contest.entered(track)}
    if len(scored) < len(contest.roster.rated):
        fields.mistake("scoring", "must hold a track for contestants without pictures too, such as open")


def _rules(fields: Fields) -> Rules:
    titles = fields.section("title")
    opens, closes = fields.moment("opens"), fields.moment("closes")
    if closes <= opens and SOME_DAY not in {opens, closes}:
        fields.mistake("closes", "must be after `opens`")
    tracks = fields.several("tracks", Track)
    if tracks and Track.OPEN not in tracks:
        fields.mistake("tracks", "must hold open; panels need invitations, which this version does not have")
    scoring = fields.several("scoring", Track)
    if tracks and not set(scoring) <= set(tracks):
        fields.mistake("scoring", f"must name tracks of this round: {', '.join(tracks)}")
    verdicts = fields.several("verdicts", Verdict)
    if verdicts and not {Verdict.A, Verdict.B} <= set(verdicts):
        fields.mistake("verdicts", "must hold a and b")
    rehearsal, beacon = _drawn(fields)
    rules = Rules(
        round_id=RoundId(fields.text("id", pattern=ID)),
        titles={language: titles.text(language, longest=60) for language in LANGUAGES},
        opens=opens,
        closes=closes,
        rehearsal=rehearsal,
        reveal=fields.one("reveal", Reveal),
        standings=fields.one("standings", Seal),
        speed=fields.one("speed", Speed),
        tracks=tracks,
        scoring=scoring,
        verdicts=verdicts,
        max_turns=fields.whole("max_turns", 1, 20),
        max_prompt=fields.whole("max_prompt", 10, 100_000),
        votes_per_person=fields.whole("votes_per_person", 1, 100_000),
        given_up_per_person=fields.whole("given_up_per_person", 0, 100_000),
        controls=fields.whole("controls", 0, 100),
        categories=fields.texts("categories", pattern=ID),
        decoding=_decoding(fields.section("decoding")),
        system_prompt=fields.text("system_prompt", longest=10_000, empty=True),
        points=fields.whole("points", 1, 1000),
        points_rule=fields.one("points_rule", PointsRule),
        ties=fields.one("ties", Ties),
        both_bad=fields.one("both_bad", BothBad),
        beacon=beacon,
        openings=fields.one("openings", Openings),
        exclusions=_exclusions(fields.section("exclusions")),
        decision=_decision(fields.section("decision")),
        witnesses=_witnesses(fields.section("witnesses")),
    )
    titles.finish()
    fields.finish()
    return rules


def _drawn(fields: Fields) -> tuple[bool, str]:
    """Take whether the round is a rehearsal, and its beacon, which only a rehearsal may do without."""
    before = len(fields.mistakes)
    rehearsal, beacon = fields.flag("rehearsal"), fields.text("beacon", empty=True, default="")
    # What stands in for a wrong field is not a second mistake.
    if not rehearsal and not beacon and len(fields.mistakes) == before:
        wanted = "must name a public value that is known only after the freeze, as this is no rehearsal"
        fields.mistake("beacon", f"{wanted}; without one the operator alone makes the seed")
    return rehearsal, beacon


def _decoding(fields: Fields) -> Decoding:
    decoding = Decoding(
        temperature=fields.decimal("temperature", 0, 2),
        top_p=fields.decimal("top_p", 0, 1),
        max_tokens=fields.whole("max_tokens", 1, 100_000),
    )
    fields.finish()
    return decoding


def _exclusions(fields: Fields) -> Exclusions:
    exclusions = Exclusions(
        votes_per_minute=fields.whole("votes_per_minute", 0, 1000),
        one_sided_from=fields.whole("one_sided_from", 0, 100_000),
    )
    fields.finish()
    return exclusions


def _decision(fields: Fields) -> DecisionRule:
    decision = DecisionRule(
        chance=fields.decimal("chance", 0, 1, places=PLACES),
        voters=fields.whole("voters", 0, 1_000_000_000),
        share=fields.decimal("share", 0, 1, places=PLACES),
        votes=fields.whole("votes", 0, 1_000_000_000),
        category_votes=fields.whole("category_votes", 0, 1_000_000_000),
    )
    fields.finish()
    return decision


def _witnesses(fields: Fields) -> Witnesses:
    keys = fields.texts("keys", pattern=COSIGNER, empty=True)
    quorum = fields.whole("quorum", 0, 100)
    if quorum > len(keys):
        fields.mistake("quorum", f"asks for {quorum} witnesses of {len(keys)}")
    fields.finish()
    return Witnesses(keys, quorum)


def _roster(sections: list[Fields]) -> Roster:
    contestants = tuple(_contestant(fields) for fields in sections)
    for seen, fields in enumerate(sections):
        earlier = contestants[:seen]
        for name in ("id", "name"):
            own = getattr(contestants[seen], name)
            if own and any(getattr(other, name) == own for other in earlier):
                fields.mistake(name, "is that of an earlier contestant; give each its own")
    return Roster(contestants)


def _contestant(fields: Fields) -> Contestant:
    contestant = Contestant(
        id=ContestantId(fields.text("id", pattern=ID)),
        team=fields.text("team", longest=100, check=_name_problem),
        name=fields.text("name", longest=100, check=_name_problem),
        aliases=fields.texts("aliases", empty=True, check=_name_problem),
        endpoints=fields.texts("endpoints", check=_endpoint_problem),
        served_model=fields.text("served_model", longest=200, check=_name_problem),
        key_env=fields.text("key_env", pattern=VARIABLE, empty=True, default=""),
        images=fields.flag("images", default=False),
        reference=fields.flag("reference", default=False),
        weights=fields.text("weights", pattern=SHA256, empty=True, default=""),
    )
    fields.finish()
    return contestant


def _name_problem(name: str) -> str | None:
    """Say why replies cannot be searched for a name, or None."""
    try:
        Mask([name])
    except ValueError:
        return f"{name!r} holds no letter or digit, so it cannot be masked in replies"
    return None


def _endpoint_problem(address: str) -> str | None:
    """Say what is wrong with an endpoint's address, or None."""
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return f"{address!r} is not an address; write http://HOST:PORT"
    if parts.scheme == "demo" and parts.netloc:
        return None
    has_more = parts.query or parts.fragment or any(char.isspace() for char in address)
    if parts.scheme not in {"http", "https"} or not parts.hostname or has_more:
        return f"{address!r} is not an address; write http://HOST:PORT (or demo://NAME)"
    if parts.username or parts.password:
        return "holds a password; put the key into an environment variable and name it in key_env"
    if parts.path.rstrip("/").endswith("/v1"):
        return "ends in /v1; leave that off"
    return None
