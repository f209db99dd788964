"""`arena verify-receipt` says what a receipt proves, and no more."""

import pytest

from arena.cli import verify_receipt
from arena.contest.rules import Verdict
from tests.ledger.test_receipt import LOG, NEXT, receipt_of


@pytest.fixture
def told(tmp_path, capsys):
    """Ask of a receipt signed with some keys; gives the exit status and what was printed."""

    def ask(signing, *known):
        file = tmp_path / "vote.tlog-proof"
        file.write_text(receipt_of(Verdict.A, keys=signing).encoded(), newline="")
        named = [part for key in known for part in ("--key", str(key.vkey))]
        status = verify_receipt.main([str(file), *named])
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return ask


def test_a_key_that_was_replaced(told):
    """A receipt signed only with a key that another has replaced holds; it says that the record decides."""
    status, out, err = told([LOG], LOG, NEXT)

    assert status == 0
    assert "The receipt holds." in out
    assert "replaced" in err
    assert "only the record can tell" in err


@pytest.mark.parametrize("signing", [[NEXT], [LOG, NEXT]])
def test_the_key_in_force(told, signing):
    """A receipt signed with the last key that was named needs no such word."""
    status, _, err = told(signing, LOG, NEXT)

    assert (status, err) == (0, "")


def test_one_key(told):
    """Whoever knows one key of the log is told of no other."""
    assert told([LOG], LOG)[::2] == (0, "")


def test_what_a_receipt_does_not_tell(told):
    """A receipt proves that a vote is on record; whether it counted, an auditor's folder tells."""
    _, out, _ = told([LOG], LOG)

    assert "From the receipt alone nobody learns which team was A" in out
    assert "auditor's folder" in out
