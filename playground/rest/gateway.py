"""Where the gateway is."""

from typing import Any

from playground.rest.call import Call, Route


async def get_gateway(call: Call) -> dict[str, Any]:
    return {"url": call.state.gateway.address}


async def get_gateway_for_bot(call: Call) -> dict[str, Any]:
    limit = {"total": 1000, "remaining": 999, "reset_after": 0, "max_concurrency": 1}
    return {"url": call.state.gateway.address, "shards": 1, "session_start_limit": limit}


ROUTES: tuple[Route, ...] = (
    Route("GET", "/gateway", get_gateway, needs_token=False),
    Route("GET", "/gateway/bot", get_gateway_for_bot),
)
