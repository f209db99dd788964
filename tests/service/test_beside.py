"""Work beside the serving: it runs while serving does, and is over when serving is."""

import asyncio

import pytest

from arena.service.beside import beside


async def test_ended_with_the_serving():
    """Every work begins with the serving and has ended when the serving has, whatever ends that."""
    said = []

    async def work(name):
        said.append(f"{name} begins")
        try:
            await asyncio.Event().wait()
        finally:
            said.append(f"{name} ends")

    async def serving():
        async with beside(work("one"), work("other")):
            await asyncio.sleep(0)
            raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        await serving()

    assert said == ["one begins", "other begins", "one ends", "other ends"]


async def test_work_that_is_done():
    """Work that ends by itself ends nothing else."""
    done = asyncio.Event()

    async def work():
        done.set()

    async with beside(work()):
        await done.wait()

    assert done.is_set()
