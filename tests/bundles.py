"""Reading tiles of entries back, as whoever follows a log does."""


def unbundle(content: bytes) -> list[bytes]:
    """Give the entries of a tile: each comes after its length, big-endian in two bytes."""
    found, place = [], 0
    while place < len(content):
        begin = place + 2
        place = begin + int.from_bytes(content[place:begin])
        found.append(content[begin:place])
    assert place == len(content), "an entry is cut"
    return found
