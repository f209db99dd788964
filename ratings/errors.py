"""Every reason for which there is no rating.

RatingsError
├── NotConnected        the votes do not compare all contestants; no finite estimate exists
│   └── Separated       side or styles tell winners and losers apart
├── NotConverged        the fit took more steps than it was given
├── NotEnoughVoters     the votes hang on too few voters for an interval
├── BadOutcome          a row is not the outcome of a comparison (carries `row` and `why`)
├── TooMany             there are more contestants than a table of all pairs can hold
├── BadFile             a file cannot be read as votes
├── BadWorld            a simulated world has rates that cannot be
├── BadSettings         a number asked for is outside its bounds, or names do not match
└── MissingLibrary      an optional library is not installed
"""


class RatingsError(Exception):
    """Anything that this package says on purpose."""


class NotConnected(RatingsError):
    """Wins and ties do not connect all contestants; no finite estimate exists."""


class Separated(NotConnected):
    """Side or styles tell winners and losers apart; no finite estimate exists."""


class NotConverged(RatingsError):
    """The fit took more steps than it was given."""


class NotEnoughVoters(RatingsError):
    """The votes hang on too few voters for an interval."""


class BadOutcome(RatingsError):
    """A row is not the outcome of a comparison."""

    def __init__(self, row: int, why: str) -> None:
        """Carry the `row`, counted from 1, and `why` it was refused."""
        super().__init__(f"row {row}: {why}")
        self.row = row
        self.why = why


class TooMany(RatingsError):
    """There are more contestants than a table of all pairs can hold."""


class BadFile(RatingsError):
    """A file cannot be read as votes."""


class BadWorld(RatingsError):
    """A simulated world has rates that cannot be."""


class BadSettings(RatingsError):
    """A number that was asked for is outside its bounds, or names do not match."""


class MissingLibrary(RatingsError):
    """An optional library is not installed."""
