"""The switches of the demo: which contestant fails how, how fast time runs, what is under way."""

from collections import Counter
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from arena.backends.demo.faults import DemoFault, Plan
from arena.backends.demo.leaks import ways
from arena.backends.demo.personas import BY_ID


@dataclass(slots=True)
class Controls:
    """The state of the switches; `speed` divides every delay."""

    speed: float = 1.0
    plans: dict[str, Plan] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    open: int = 0

    def take(self, name: str) -> Plan | None:
        """Count a request, and give the fault planned for it."""
        self.asked[name] += 1
        plan = self.plans.pop(name, None)
        if plan is not None and (rest := plan.used()) is not None:
            self.plans[name] = rest
        return plan


def routes(controls: Controls) -> list[Route]:
    """Make the switches reachable under `/control`."""

    async def streams(request: Request) -> Response:
        if request.method == "DELETE":
            controls.asked.clear()
        return JSONResponse({"open": controls.open, "asked": dict(controls.asked)})

    async def speed(request: Request) -> Response:
        factor = (await request.json()).get("factor")
        if not isinstance(factor, int | float) or not 0 < factor <= 1e6:
            return _bad("factor must be a number above 0")
        controls.speed = float(factor)
        return JSONResponse({"factor": controls.speed})

    async def fault(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in BY_ID:
            return _bad(f"no contestant {name!r}; there are: {', '.join(BY_ID)}")
        controls.plans.pop(name, None)
        if request.method == "DELETE":
            return JSONResponse({})
        return await _planned(controls, name, request)

    return [
        Route("/control/streams", streams, methods=["GET", "DELETE"]),
        Route("/control/speed", speed, methods=["PUT"]),
        Route("/control/{name}", fault, methods=["PUT", "DELETE"]),
    ]


async def _planned(controls: Controls, name: str, request: Request) -> Response:
    body = await request.json()
    try:
        after, times = int(body.get("after", 0)), int(body.get("times", 0))
        plan = Plan(DemoFault(body["fault"]), after, times, body.get("way", ""))
        ways(plan.way or "plain")
    except (ValueError, KeyError, TypeError, AttributeError):
        return _bad(f"fault must be one of: {', '.join(DemoFault)}; after and times whole numbers")
    controls.plans[name] = plan
    return JSONResponse({"fault": plan.fault, "after": plan.after, "times": plan.times})


def _bad(message: str) -> Response:
    return JSONResponse({"error": message}, 422)
