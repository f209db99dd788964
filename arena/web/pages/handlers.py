"""How a page's handlers are bound: without the queue, and with nothing said of them to anybody."""

from collections.abc import Callable, Sequence

import gradio as gr
from gradio.components import Component

from arena.web.desk import Desk
from arena.web.text import Language

Read = Callable[..., object]

Fill = Callable[[gr.Blocks, Language, Desk], None]
"""Puts the components of one page of a console, within its context, and binds their handlers."""


def on_load(demo: gr.Blocks, read: Read, outputs: Sequence[Component]) -> None:
    """Read whenever the page is opened."""
    demo.load(read, None, list(outputs), queue=False, show_progress="hidden", api_visibility="private")


def on_event(
    event: Callable[..., object], read: Read, inputs: Sequence[Component], outputs: Sequence[Component]
) -> None:
    """Bind a component's event, as `button.click`; what the inputs hold, the service checks."""
    event(
        read,
        list(inputs),
        list(outputs),
        queue=False,
        show_progress="hidden",
        api_visibility="private",
    )
