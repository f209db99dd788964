"""The arena's server as `python app.py serve` runs it, which writes down what its pages ask the database.

    python -m tests.bench.heard_server FILE

Each line of FILE is one query in the order in which they were sent, with what it was sent with. What the
jobs in the background ask is left out: they run on threads of their own.
"""

import base64
import pickle
import sys
import threading
from pathlib import Path

from sqlalchemy import Engine, event

import app

OF_REQUESTS = "AnyIO"
"""So begin the names of the threads that handlers and routes run on."""


def main() -> int:
    """Serve, with every query of a request written down."""
    written = Path(sys.argv[1]).open("ab", buffering=0)  # noqa: SIM115 - it is written to until the process ends

    def hear(_c: object, _cursor: object, statement: str, given: object, *_: object) -> None:
        if threading.current_thread().name.startswith(OF_REQUESTS) and statement.startswith(
            ("SELECT", "WITH")
        ):
            written.write(base64.b64encode(pickle.dumps((statement, given))) + b"\n")

    event.listen(Engine, "before_cursor_execute", hear)
    sys.argv = ["app.py", "serve"]
    return app.main()


if __name__ == "__main__":
    sys.exit(main())
