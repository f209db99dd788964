"""What `rules.json` may say of a verdict, and what it may not: both verifiers are asked about all of it."""

RULE = {"category_votes": 100, "chance": "0.9", "share": "0.02", "voters": 30, "votes": 1000}

SHARES = ("0", "1", "0.5", "0.05", "0.000001", "0.999999", "0.100001")
NO_SHARES = (
    *("0.90", "0.0", "1.0", "00", "01", "00.5", ".5", "0.", "1.1", "1.000001", "2", "10", "-0", "-0.5"),
    *("+0.5", "0.0000001", "0.1234567", "5e-1", "0,5", "1/2", " 0.5", "0.5 ", "0.5\n", "90%", "NaN", ""),
    *("٠", "0.٥", "０", 0, 1, -1, True, None, ["0.5"], {"0": "5"}),
)
COUNTS = (0, 1, 7, 10**9, 2**53 - 1)
NO_COUNTS = (-1, 2**53, -(2**53), "30", "", True, False, None, [30], {})

DECISIONS = (
    RULE,
    *({**RULE, name: value} for name in ("chance", "share") for value in SHARES),
    *({**RULE, name: value} for name in ("voters", "votes", "category_votes") for value in COUNTS),
)
NO_DECISIONS = (
    *(None, True, 0, "0.9", "", [], [RULE], {}),
    *({**RULE, name: value} for name in ("chance", "share") for value in NO_SHARES),
    *({**RULE, name: value} for name in ("voters", "votes", "category_votes") for value in NO_COUNTS),
    *({name: value for name, value in RULE.items() if name != gone} for gone in RULE),
    {**RULE, "more": 1},
    {**RULE, "least": "0.5"},
    {name.upper(): value for name, value in RULE.items()},
)
