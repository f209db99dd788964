from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arena.contest import declaration
from arena.contest.blinding import Mask
from arena.contest.document import DEEPEST, LARGEST
from arena.contest.rules import Track, Verdict
from arena.errors import BadDeclaration
from arena.ledger.frozen import contest_document, document_hash
from tests.servers import ROOT

GOOD = """\
round:
  id: round-1
  title:
    ko: 비교
    en: Compare
  opens: 2026-12-01T09:00:00+09:00
  closes: 2026-12-15T18:00:00+09:00
  rehearsal: false
  reveal: after_round
  standings: sealed
  speed: hidden
  tracks: [open]
  scoring: [open]
  verdicts: [a, b, tie, both_bad]
  max_turns: 4
  max_prompt: 4000
  votes_per_person: 20
  given_up_per_person: 20
  controls: 1
  categories: [general, law]
  points: 25
  points_rule: mean_win_probability
  ties: half
  both_bad: tie
  system_prompt: 답하세요.
  decoding:
    temperature: 0.7
    top_p: 0.95
    max_tokens: 1024
  openings: auditors
  beacon: the dice of noon
  exclusions: {votes_per_minute: 6, one_sided_from: 15}
  witnesses: {keys: [], quorum: 0}
  decision: {chance: 0.90, voters: 30, share: 0.02, votes: 1000, category_votes: 100}
contestants:
  - id: one
    team: 첫째
    name: 하나
    aliases: [Hana]
    endpoints: [http://one:8000, http://two:8000]
    served_model: org/one
    key_env: ONE_KEY
    images: true
  - id: two
    team: 둘째
    name: 두리
    aliases: []
    endpoints: ["https://two"]
    served_model: two
"""
TOP_FIELDS = [line.strip().partition(":")[0] for line in GOOD.splitlines()[1:24]]


def changed(before, after, text=GOOD):
    """The good text with one thing changed."""
    assert text.count(before) == 1, before
    return text.replace(before, after)


def mistakes(text):
    """What is said of a text."""
    with pytest.raises(BadDeclaration) as caught:
        declaration.read(text)
    return caught.value.mistakes


def test_the_declaration_of_the_repository_reads():
    """The declaration that comes with the arena is without mistakes, and its names can be masked."""
    contest = declaration.read((ROOT / "models.yaml").read_text("utf-8"))

    assert 2 <= len(contest.roster.contestants) <= 6
    assert Mask(contest.roster.names)


def test_what_is_declared_is_what_is_read():
    """Every field of a declaration arrives as it was written."""
    contest = declaration.read(GOOD)
    rules, first, second = contest.rules, *contest.roster.contestants

    assert rules.round_id == "round-1"
    assert rules.titles == {"ko": "비교", "en": "Compare"}
    assert rules.opens == datetime(2026, 12, 1, tzinfo=UTC)
    assert rules.closes == datetime(2026, 12, 15, 9, tzinfo=UTC)
    assert (rules.tracks, rules.scoring, rules.verdicts) == ((Track.OPEN,), (Track.OPEN,), tuple(Verdict))
    assert (rules.max_turns, rules.max_prompt, rules.votes_per_person, rules.points) == (4, 4000, 20, 25)
    assert rules.categories == ("general", "law")
    assert (rules.rehearsal, rules.beacon) == (False, "the dice of noon")
    assert (rules.decoding.temperature, rules.decoding.top_p) == (Decimal("0.7"), Decimal("0.95"))
    assert first.endpoints == ("http://one:8000", "http://two:8000")
    assert (first.key_env, first.images) == ("ONE_KEY", True)
    assert (second.aliases, second.key_env, second.images) == ((), "", False)


REFERENCE = """\
  - id: three
    team: 셋째
    name: 세모
    aliases: []
    endpoints: ["https://three"]
    served_model: three
    reference: true
"""


def test_references():
    """A reference stands on the roster, is drawn into no pair, and is met where there are controls."""
    contest = declaration.read(GOOD + REFERENCE)

    assert contest.roster.ids == ("one", "two", "three")
    assert contest.entered(Track.OPEN) == contest.roster.rated == ("one", "two")
    assert contest.references(Track.OPEN) == ("three",)
    assert contest.references(Track.OPEN_PICTURES) == ()
    (mistake,) = mistakes(changed("controls: 1", "controls: 0", GOOD + REFERENCE))
    assert (mistake.where, mistake.what[:14]) == ("round.controls", "must be 1 or m")


MOMENT = "2026-12-01T09:00:00+09:00"
MISTAKES = [
    # before, after, line, words
    ("id: round-1", "id: Round 1", 2, "does not look like"),
    ("id: round-1", "id: 7", 2, "must be a text, not 7"),
    ("id: round-1", "id: [x]", 2, "must be a text, not a list"),
    ("id: round-1", "id: {x: y}", 2, "must be a text, not a mapping"),
    ("id: round-1", 'id: ""', 2, "is empty"),
    ("id: round-1", "id:", 2, "is missing"),
    ("ko: 비교", "ko: " + "가" * 61, 4, "has 61 characters; at most 60"),
    ("ko: 비교", 'ko: "\\a"', 4, "control character"),
    ("ko: 비교", 'ko: "\\ud800x"', 4, "half a character"),
    ("ko: 비교", "koo: 비교", 4, "is not a known field; did you mean `ko`?"),
    ("en: Compare", "xx: Compare", 3, "en: is missing"),
    ("  title:\n    ko: 비교\n    en: Compare\n", "  title: Compare\n", 3, "must be a mapping"),
    (MOMENT, "2026-12-01T09:00:00", 6, "a moment with its offset"),
    (MOMENT, "2026-12-01", 6, "a moment with its offset"),
    (MOMENT, "2026-13-01T09:00:00+09:00", 6, "not '2026-13-01T09:00:00+09:00'"),
    (MOMENT, "2026-02-30 09:00:00Z", 6, "a moment with its offset"),
    (MOMENT, "0001-01-01T00:00:00+09:00", 6, "a moment with its offset"),
    (MOMENT, "9999-12-31T23:59:59-09:00", 6, "a moment with its offset"),
    (MOMENT, "tomorrow", 6, "not 'tomorrow'"),
    (MOMENT, "20261201", 6, "not 20261201"),
    (MOMENT, "[2026]", 6, "not a list"),
    ("2026-12-15T18", "2026-11-15T18", 7, "must be after `opens`"),
    ("rehearsal: false", "rehearsal: yes", 8, "must be true or false, not 'yes'"),
    ("rehearsal: false", "rehearsal: 0", 8, "must be true or false"),
    ("reveal: after_round", "reveal: sometimes", 9, "must be one of never, after_round, after_vote"),
    ("standings: sealed", "standings: true", 10, "must be one of sealed, live; not True"),
    ("speed: hidden", "speed: []", 11, "must be one of hidden, visible; not a list"),
    ("tracks: [open]", "tracks: [citizen_panel, open, open]", 12, "holds 'open' twice"),
    ("tracks: [open]", "tracks: open", 12, "must be a list with something in it"),
    ("tracks: [open]", "tracks: []", 12, "must be a list with something in it"),
    (
        "tracks: [open]",
        "tracks: [open, open_pictures]",
        12,
        "two contestants at least must have `images: true`",
    ),
    ("tracks: [open]", "tracks: [citizen_panel]", 12, "must hold open"),
    ("scoring: [open]", "scoring: [expert_panel]", 13, "must name tracks of this round: open"),
    (
        "tracks: [open]\n  scoring: [open]",
        "tracks: [open, open_pictures]\n  scoring: [open_pictures]",
        13,
        "must hold a track for contestants without pictures too",
    ),
    ("verdicts: [a, b, tie, both_bad]", "verdicts: [a, tie]", 14, "must hold a and b"),
    ("verdicts: [a, b, tie, both_bad]", "verdicts: [a, b, c]", 14, "not 'c'"),
    ("max_turns: 4", "max_turns: 0", 15, "a whole number from 1 to 20, not 0"),
    ("max_turns: 4", "max_turns: 4.5", 15, "a whole number from 1 to 20, not 4.5"),
    ("max_turns: 4", "max_turns: true", 15, "a whole number from 1 to 20, not True"),
    ("max_turns: 4", "max_turns: four", 15, "a whole number from 1 to 20, not 'four'"),
    ("max_turns: 4", "max_turnz: 4", 15, "did you mean `max_turns`?"),
    ("max_prompt: 4000", "max_prompt: 100001", 16, "from 10 to 100,000"),
    ("max_prompt: 4000", "max_prompt: " + "9" * 5_000, 16, "a number of 100 or more digits"),
    ("max_prompt: 4000", "max_prompt: 0x" + "f" * 5_000, 16, "a number of 100 or more digits"),
    ("max_prompt: 4000", "max_prompt: 0x_", 16, "a number without digits"),
    ("max_prompt: 4000", "max_prompt: +_", 16, "a number without digits"),
    ("max_prompt: 4000", "max_prompt: ._", 16, "a number without digits"),
    ("votes_per_person: 20", "votes_per_person: -1", 17, "a whole number"),
    ("[general, law]", "[general, 7]", 20, "must hold texts, not 7"),
    ("[general, law]", "[general, general]", 20, "holds 'general' twice"),
    ("[general, law]", "[General]", 20, "does not look like"),
    ("[general, law]", "[]", 20, "must be a list with something in it"),
    ("points: 25", "points: {a: b}", 21, "not a mapping"),
    ("points_rule: mean_win_probability", "points_rule: best", 22, "must be one of"),
    ("ties: half", "ties: whole", 23, "must be one of half"),
    ("both_bad: tie", "both_bad: half", 24, "must be one of tie, dropped"),
    ("답하세요.", "가" * 10_001, 25, "at most 10000"),
    ("temperature: 0.7", "temperature: 2.1", 27, "a number from 0 to 2, not 2.1"),
    ("temperature: 0.7", "temperature: .nan", 27, "a number from 0 to 2, not nan"),
    ("temperature: 0.7", "temperature: -.inf", 27, "a number from 0 to 2, not -inf"),
    ("temperature: 0.7", "temperature: true", 27, "a number from 0 to 2, not True"),
    ("temperature: 0.7", "temperature: warm", 27, "a number from 0 to 2, not 'warm'"),
    ("temperature: 0.7", "temperature: [0.7]", 27, "a number from 0 to 2, not a list"),
    ("top_p: 0.95", "top_p: 1.01", 28, "a number from 0 to 1"),
    ("max_tokens: 1024", "max_tokens: 1024\n    top_k: 5", 30, "is not a known field"),
    ("  - id: one", "  - id: two", 44, "is that of an earlier contestant"),
    ("name: 하나", "name: 두리", 46, "is that of an earlier contestant"),
    ("name: 하나", "name: '- .'", 38, "cannot be masked"),
    ("team: 첫째", "team: ...", 37, "cannot be masked"),
    ("[Hana]", '["..."]', 39, "cannot be masked"),
    ("[Hana]", "[Hana, Hana]", 39, "holds 'Hana' twice"),
    ("[Hana]", "Hana", 39, "must be a list"),
    ("[Hana]", f"[{'x' * 201}]", 39, "has 201 characters"),
    ("served_model: org/one", "served_model: 3.5", 41, "must be a text, not 3.5"),
    ("http://one:8000", "one:8000", 40, "is not an address"),
    ("http://one:8000", "http://", 40, "is not an address"),
    ("http://one:8000", "demo://", 40, "is not an address"),
    ("http://one:8000", "http://one:99999", 40, "is not an address"),
    ("http://one:8000", "'http://[::1'", 40, "is not an address"),
    ("http://one:8000", "http://one:8000/v1", 40, "ends in /v1"),
    ("http://one:8000", "http://one:8000/v1/", 40, "ends in /v1"),
    ("http://one:8000", "http://me:secret@one", 40, "holds a password"),
    ("http://one:8000", "http://one/?key=1", 40, "is not an address"),
    ("http://one:8000", "'http://one two'", 40, "is not an address"),
    ("http://one:8000", "ftp://one", 40, "is not an address"),
    ("[http://one:8000, http://two:8000]", "[]", 40, "must be a list with something in it"),
    ("key_env: ONE_KEY", "key_env: sk-123", 42, "does not look like"),
    ("images: true", "images: maybe", 43, "must be true or false"),
    ("images: true", "image: true", 43, "did you mean `images`?"),
    ("images: true", "images: true\n    reference: 1", 44, "must be true or false"),
    ("images: true", "images: true\n    reference: true", 35, "two or more that are no references"),
    ("images: true", "7: true", 43, "contestants[0].7: is not a known field"),
    ("images: true", "? [a, b]\n    : true", 43, "a key that is no text"),
    ("contestants:", "contestant:", 35, "did you mean `contestants`?"),
    ("contestants:", "contestants:\n  - one", 35, "must be a list of mappings"),
    # what YAML can say and a declaration must not
    ("id: round-1", "id: &anchor round-1", 2, "has an anchor"),
    ("id: round-1", "id: *alias", 2, "has an alias"),
    ("id: round-1", "id: !!str round-1", 2, "has a tag"),
    ("id: round-1", "id: !!python/object/apply:os.getcwd []", 2, "has a tag"),
    ("rehearsal: false", "rehearsal: !!bool perhaps", 8, "has a tag"),
    ("id: round-1", "<<: {id: round-1}", 2, "has <<"),
    ("id: round-1", "id: round-1\n  id: round-2", 3, "duplicate key"),
    ("  id: round-1", "\tid: round-1", 2, "is not YAML"),
    ("id: round-1", "id: 'round-1", 50, "quoted scalar of line 2"),
    ("id: round-1", "id: {{{", 4, "flow mapping of line 2"),
    ("  id: round-1", f"  id: {'[' * 50}", 2, "is nested deeper"),
    ("openings: auditors", "openings: all", 30, "all"),
    ("votes_per_minute: 6", "votes_per_minute: -1", 32, "from 0 to"),
    ("keys: []", "keys: [nobody]", 33, "does not look like"),
    ("quorum: 0", "quorum: 1", 33, "asks for 1 witnesses of 0"),
    ("beacon: the dice of noon", 'beacon: ""', 31, "must name a public value"),
    ("  beacon: the dice of noon\n", "", 1, "round.beacon: must name a public value"),
    ("beacon: the dice of noon", "beacon: [dice]", 31, "must be a text"),
    ("chance: 0.90", "chance: 1.1", 34, "a number from 0 to 1, not 1.1"),
    ("chance: 0.90", "chance: -0.1", 34, "a number from 0 to 1, not -0.1"),
    ("chance: 0.90", "chance: most", 34, "a number from 0 to 1, not 'most'"),
    ("chance: 0.90", "chance: '0.1234567'", 34, "at most 6 decimal places, unlike '0.1234567'"),
    ("temperature: 0.7", "temperature: '1e-400'", 27, "at most 20 decimal places"),
    ("voters: 30, ", "", 34, "round.decision.voters: is missing"),
    ("voters: 30", "voters: -1", 34, "a whole number from 0 to 1,000,000,000, not -1"),
    ("share: 0.02", "share: 2", 34, "a number from 0 to 1, not 2"),
    ("share: 0.02", "share: true", 34, "a number from 0 to 1, not True"),
    (" votes: 1000", " votes: 0.5", 34, "a whole number from 0 to 1,000,000,000, not 0.5"),
    (" votes: 1000", " votes: some", 34, "not 'some'"),
    ("category_votes: 100", "category_votes: 10000000000", 34, "from 0 to 1,000,000,000"),
    ("category_votes: 100", "categories: 100", 34, "did you mean `category_votes`?"),
    ("decision: {chance", "decisions: {chance", 34, "did you mean `decision`?"),
    (
        "decision: {chance: 0.90, voters: 30, share: 0.02, votes: 1000, category_votes: 100}",
        "decision: 0.9",
        34,
        "must be a mapping of fields",
    ),
]


@pytest.mark.parametrize(("before", "after", "line", "words"), MISTAKES)
def test_each_mistake_is_said_with_its_line(before, after, line, words):
    """Whatever is wrong in a declaration, the operator reads where it stands and what to do."""
    said = [str(mistake) for mistake in mistakes(changed(before, after))]

    assert any(text.startswith(f"line {line}: ") and words in text for text in said), said


ONE_AT_ONCE = [
    ("tracks: [open]", "tracks: [open, bogus]"),
    ("tracks: [open]", ""),
    ("verdicts: [a, b, tie, both_bad]", ""),
    ("  - id: one\n", "  - id: 1\n"),
    ("closes: 2026-12-15T18:00:00+09:00", ""),
    ("  decoding:\n    temperature: 0.7\n    top_p: 0.95\n    max_tokens: 1024\n", ""),
    ("id: round-1", "id:"),
    ("beacon: the dice of noon", "beacon: 7"),
    ("rehearsal: false", "rehearsal: 0"),
]


@pytest.mark.parametrize(("before", "after"), ONE_AT_ONCE)
def test_one_mistake_is_said_once(before, after):
    """What stands in for a wrong field is not itself reported as wrong."""
    assert len(mistakes(changed(before, after))) == 1


@pytest.mark.parametrize("rehearsal", ["yes", "0", ""])
def test_a_beacon_may_not_be_wanted(rehearsal):
    """While it is not known whether a round is a rehearsal, no beacon is asked of it."""
    text = changed("beacon: the dice of noon", 'beacon: ""')

    assert len(mistakes(changed("rehearsal: false", f"rehearsal: {rehearsal}", text))) == 1


def test_a_rehearsal_needs_no_beacon():
    """A rehearsal may be drawn with the operator's secret alone."""
    text = changed("  beacon: the dice of noon\n", "", changed("rehearsal: false", "rehearsal: true"))

    assert not declaration.read(text).rules.beacon


def test_all_mistakes_are_said_at_once():
    """The operator mends a declaration in one go, from top to bottom."""
    text = changed("max_turns: 4", "max_turns: 0")
    text = changed("team: 둘째", "team: [둘째]", text)
    text = changed("reveal: after_round", "reveal: x", text)
    text = changed("temperature: 0.7", "temperature: hot", text)
    text = changed("key_env: ONE_KEY", "extra: 1", text)

    assert [mistake.line for mistake in mistakes(text)] == [9, 15, 27, 42, 45]


@pytest.mark.parametrize("name", [name for name in TOP_FIELDS if name not in {"ko", "en"}])
def test_no_field_of_the_rules_has_a_default(name):
    """What could change a result is written down: a rule that is not there is a mistake, not a default."""
    said = [mistake.what for mistake in mistakes(changed(f"\n  {name}:", f"\n  was-{name}:"))]

    assert "is missing; add it" in said


@pytest.mark.parametrize("count", [0, 1, 7])
def test_a_round_has_two_to_six_contestants(count):
    """A declaration with fewer than two contestants or more than six is refused."""
    head, _, one = GOOD.partition("contestants:\n")
    entry = one[one.index("  - id: two") :]
    entries = "".join(
        entry.replace("two", f"c{place}").replace("두리", f"이름{place}") for place in range(count)
    )
    said = [str(mistake) for mistake in mistakes(f"{head}contestants:\n{entries or '  []'}\n")]

    assert said == [f"line 35: contestants: has {count}; a round has 2 to 6"]


@pytest.mark.parametrize(
    "text", ["", "# nothing", "[]", "text", "7", "null", "- round: {}\n- contestants: []"]
)
def test_a_declaration_is_a_mapping(text):
    """What is no mapping is refused, with the two fields that are wanted."""
    said = [str(mistake) for mistake in mistakes(text)]

    assert said[0] == "line 1: file: must hold `round:` and `contestants:`"


SPELLINGS = [
    "2026-12-01T00:00:00Z",
    "2026-12-01 00:00:00+00:00",
    "2026-12-01T09:00:00.000+09:00",
    "2026-12-01T09:00+09:00",
    "'2026-12-01T09:00:00+09:00'",
    '"2026-11-30T20:30:00-03:30"',
    "20261201T090000+0900",
]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_moments_are_the_same_however_they_are_written(spelling):
    """The same moment in another offset or spelling gives the same rules and the same hash."""
    contest = declaration.read(changed(MOMENT, spelling))

    assert document_hash(contest_document(contest)) == document_hash(contest_document(declaration.read(GOOD)))


SAME = [
    ("id: round-1", "id: 'round-1'"),
    ("tracks: [open]", "tracks:\n    - open"),
    ("rehearsal: false", "rehearsal: False"),
    ("max_turns: 4", "max_turns: 0x4"),
    ("max_prompt: 4000", "max_prompt: 4_000"),
    ("temperature: 0.7", "temperature: 7e-1"),
    ("temperature: 0.7", "temperature: '0.70'"),
    ("  system_prompt: 답하세요.", "  system_prompt: >-\n    답하세요."),
    ("points: 25", "points: 25  # of 25"),
]


@pytest.mark.parametrize(("before", "after"), SAME)
def test_other_ways_to_write_yaml_say_the_same(before, after):
    """How YAML is written does not change what is declared."""
    assert declaration.read(changed(before, after)) == declaration.read(GOOD)


def test_windows_line_ends_and_a_byte_order_mark_are_read():
    """A file saved by an editor on Windows is read like any other."""
    assert declaration.read("\ufeff" + GOOD.replace("\n", "\r\n")) == declaration.read(GOOD)


def test_the_system_prompt_may_be_empty():
    """A round without a system prompt says so with an empty text."""
    assert not declaration.read(changed("답하세요.", '""')).rules.system_prompt


def test_the_embedded_demo_is_an_endpoint():
    """A contestant may be answered by the demo inside the package."""
    contest = declaration.read(changed("http://one:8000", "demo://one"))

    assert contest.roster.contestants[0].endpoints[0] == "demo://one"


BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{name}: &{name} [{','.join([f'*{before}'] * 9)}]\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
HOSTILE = [
    BOMB + "round: {id: *i, opens: *i, max_turns: *i, decoding: {temperature: *i}}",
    "round: &a {id: *a}\ncontestants: *a",
    "[" * 10_000,
    "{a: " * 10_000,
    "- " * 10_000,
    "x" * (LARGEST + 1),
    GOOD + "\0",
    GOOD + "\ud800",
    GOOD + "---\n" + GOOD,
    "%YAML 1.1\n---\n" + GOOD,
    "%TAG ! tag:x,2000:\n---\n" + GOOD,
    "!!omap [round: 1]",
    "!!set {round}",
    "!!binary x",
    "!!timestamp x",
    "? {a: {b: [c]}}\n: d",
    "=: =",
    "a: '" + "x" * 1_000,
    "&a *a",
    "a: ._e+0",
    "\ufeff\ufeff",
    "\x85\u2028\u2029",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_yaml_is_a_bad_declaration(text):
    """A file that attacks the parser is refused like any other mistake."""
    assert mistakes(text)


def test_messages_stay_short():
    """However large the wrong value, the operator reads a line."""
    text = changed("max_turns: 4", f"max_turns: {'x ' * 5_000}")
    text = changed("points: 25", f"{'y' * 900}: 25\n  points: 25", text)

    assert max(len(str(mistake)) for mistake in mistakes(text)) < 600


def test_depth_is_bounded_and_no_less_is_refused():
    """As deep as is allowed is read and judged by its fields."""
    deep = "[" * (DEEPEST - 1) + "]" * (DEEPEST - 1)

    assert [mistake.where for mistake in mistakes(f"x: {deep}")] == ["round", "contestants", "x"]


def only_bad_declarations(text):
    """Read a text; it is good, or it is a bad declaration with lines that it has."""
    try:
        declaration.read(text)
    except BadDeclaration as error:
        lines = len(text.splitlines()) + 1
        return all(1 <= mistake.line <= lines + 1 and str(mistake) for mistake in error.mistakes)
    return True


YAML_SIGNS = st.sampled_from("ab:-?[]{},&*!|>'\"%#@`=~\\ \n\t가")
YAML_WORDS = st.sampled_from(
    [
        "round",
        "contestants",
        "<<",
        ".inf",
        "0x1",
        "0x_",
        "1e9",
        "null",
        "true",
        "2026-01-01",
        "---",
        "...",
        "\n  ",
    ]
)
YAML_MARKS = st.sampled_from([": ", "- ", "!!int ", "!!set ", "&a ", "*a"])
YAML_PIECES = YAML_SIGNS | YAML_WORDS | YAML_MARKS


@given(st.text() | st.lists(YAML_PIECES, max_size=30).map("".join))
@settings(max_examples=300)
def test_any_text_is_judged(text):
    """No text whatever makes the reader fail in any other way."""
    assert only_bad_declarations(text)


@given(st.data())
@settings(max_examples=150)
def test_any_change_of_a_good_file_is_judged(data):
    """However a good file is damaged, the reader says so or reads it."""
    start = data.draw(st.integers(0, len(GOOD)))
    end = data.draw(st.integers(start, min(len(GOOD), start + 40)))
    piece = data.draw(st.text(max_size=5) | st.lists(YAML_PIECES, max_size=5).map("".join))

    assert only_bad_declarations(GOOD[:start] + piece + GOOD[end:])
