"""Gradio's pages without what none of ours uses."""

import asyncio

import gradio as gr

from arena.web.pages.gradio_pages import Pages


def written(kind):
    """Two pages of Gradio's, and all that it says of them, with components by their place."""
    pages = kind(analytics_enabled=False)
    with pages:
        shown = gr.Textbox("one")
        pages.load(lambda: "two", None, [shown], queue=False)
    with pages.route("more", "/more"), gr.Column():
        pressed, other = gr.Button("press"), gr.Textbox()
        pressed.click(lambda: "three", None, [other], queue=False)
    told = pages.get_config_file()
    places = {part["id"]: place for place, part in enumerate(told["components"])}
    parts = [{**part, "id": places[part["id"]]} for part in told["components"]]
    calls = [
        (
            call["id"],
            [places.get(part) for part, _ in call["targets"]],
            [places[part] for part in call["outputs"]],
        )
        for call in told["dependencies"]
    ]
    return parts, calls, told["page"].keys(), pages.exited


async def test_pages_are_as_gradio_makes_them():
    """What is left out of Gradio at the start changes nothing of its pages."""
    ours, theirs = written(Pages), written(gr.Blocks)

    assert ours == theirs


async def test_gradio_at_rest():
    """Nothing of Gradio runs while nobody asks: its queue, which no page uses, is not started."""
    pages = Pages(analytics_enabled=False)
    pages.run_startup_events()

    assert pages.is_running
    assert asyncio.all_tasks() == {asyncio.current_task()}
