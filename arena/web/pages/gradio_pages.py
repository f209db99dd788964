"""Gradio's pages without what no page of ours uses: its queue, and an application for every page.

Gradio makes a FastAPI application when pages are begun, one whenever the writing of a page ends, and the one
that is mounted. Each holds a hundred routes; at 56 of them the server took 2 s longer to start.
"""

import gradio as gr
from gradio.context import Context, set_render_context
from gradio.queueing import Queue


class Pages(gr.Blocks):
    """Gradio without its queue: no handler of ours goes through it, and it would never be at rest."""

    def queue(self, *_changed: object, **_named: object) -> "Pages":
        """Make the queue that some of Gradio's routes look into, and no application with it."""
        self._queue = Queue(
            live_updates=False, concurrency_count=1, update_intervals=1, max_size=None, blocks=self
        )
        return self

    def run_startup_events(self) -> None:
        """Start what is left; the queue's loops would wake the server 2,000 times a second."""
        self.is_running = True
        self.create_limiter()  # type: ignore[no-untyped-call]  # Gradio says no types of it

    def __exit__(self, failed: type[BaseException] | None = None, *_more: object) -> None:
        """End a page as Gradio does; the application is made once, by the mount."""
        if failed is None:
            self.fill_expected_parents()  # type: ignore[no-untyped-call]  # Gradio says no types of it
            self.default_config.attach_load_events()
            self.exited = True
        set_render_context(None)
        Context.root_block = None
        self.page = ""
