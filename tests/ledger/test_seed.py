import hashlib

from hypothesis import assume, given
from hypothesis import strategies as st

from arena.ledger.seed import seed

SECRETS = st.binary(min_size=32, max_size=32)
NONCES = st.dictionaries(st.sampled_from(["one", "two", "three"]), SECRETS)
BEACONS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


def test_a_seed_by_hand():
    """Anyone with a hash function makes the same seed of secret, nonces and beacon."""
    drawn = (
        f'{{"beacon":"4 2 6","nonces":{{"one":"{"01" * 32}","two":"{"02" * 32}"}},"secret":"{"08" * 32}"}}'
    )

    made = seed(bytes([8] * 32), {"two": bytes([2] * 32), "one": bytes([1] * 32)}, "4 2 6")

    assert made == hashlib.sha256(drawn.encode()).digest()


@given(SECRETS, NONCES, BEACONS, SECRETS, NONCES, BEACONS)
def test_all_three_count(secret, nonces, beacon, other_secret, other_nonces, other_beacon):
    """Whoever changes the secret, a nonce or the beacon changes the seed."""
    one, another = (secret, nonces, beacon), (other_secret, other_nonces, other_beacon)
    assume(one != another)

    assert seed(*one) != seed(*another)
