"""Exports need a log that signs."""

import pytest

from tests.signed import signed_arena


@pytest.fixture
def arena(store, contest, tmp_path):
    """One arena whose log has a key and a notary."""
    return signed_arena(store, contest, tmp_path)
