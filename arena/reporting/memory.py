"""Memory that nothing holds any more, given back to the system between the steps of a long work."""

import pyarrow as pa  # type: ignore[import-untyped]  # it carries no types


def give_back() -> None:
    """Give back what is free: allocators keep it for themselves, and what each step has left adds up."""
    pa.default_memory_pool().release_unused()
    pa.system_memory_pool().release_unused()  # that is all that came from malloc, numpy's arrays too
