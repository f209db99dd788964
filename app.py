"""The composition root: settings → roster → store → backends → service → API and pages.

`python app.py` serves; `arena …` (or `python app.py COMMAND`) runs the other commands. Its parts stand in
`arena/composition`.
"""

import sys

from arena.cli import main as cli
from arena.composition.commands import house


def main() -> int:
    """Run the command line."""
    return cli.main(sys.argv[1:], house)


if __name__ == "__main__":
    sys.exit(cli.main(sys.argv[1:] or ["serve"], house))
