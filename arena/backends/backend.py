"""The seam between the arena and a team's server."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any, Protocol

from arena.contest.roster import Contestant
from arena.contest.rules import Decoding

Message = Mapping[str, Any]
"""One message of a chat as OpenAI's API has it: `role`, and `content` as text or as a list of parts."""


class Backend(Protocol):
    """Whatever can answer for a contestant."""

    def reply(
        self, contestant: Contestant, messages: Sequence[Message], decoding: Decoding
    ) -> AsyncGenerator[str, None]:
        """Stream one whole reply as text deltas; closing the generator aborts the request upstream.

        Raises:
            BackendError: the reply is not whole; deltas given before stay given.
        """
        ...
