"""What frameworks would tell others about requests: nothing, whatever a host's environment asks for."""

import pytest
from opentelemetry import trace

from tests.web.staffed_site import staffed_site

ASKED = ("/api/round", "/api/battles/none", "/ko/rules", "/nowhere")


class Listening(trace.TracerProvider):
    """Somebody who would hear of every request."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def get_tracer(self, name: str, *others: object, **more: object) -> trace.Tracer:
        """Give a tracer, and note who asked for one."""
        self.heard.append(name)
        return trace.NoOpTracer()


@pytest.fixture
def listening(monkeypatch) -> Listening:
    """A provider of tracers that a host has set up."""
    provider = Listening()
    monkeypatch.setattr(trace, "get_tracer_provider", lambda: provider)
    return provider


def test_nothing_is_told(listening, tmp_path):
    """No request, good or bad, to the API or to a page, reaches the host's tracing."""
    with staffed_site(tmp_path) as site:
        for path in ASKED:
            site.ask("GET", path)
        site.ask("POST", "/api/battles", json={"prompt": 1})

    assert listening.heard == []
