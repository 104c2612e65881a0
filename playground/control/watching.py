"""What can be looked at and put wrong from outside: the world, the log of the bot's requests, faults."""

from typing import Any

from playground.control import views
from playground.control.asking import Ask
from playground.interactions.errors import Refused

Json = dict[str, Any]


async def world(ask: Ask) -> Json:
    return views.world(ask.state, ask.person)


async def upload(ask: Ask) -> Json:
    return {"upload": ask.uploads.add(ask.text("name", "file"), ask.data)}


async def log(ask: Ask) -> list[Json]:
    return [entry.to_json() for entry in ask.state.log.since(int(ask.number("since", 0)))]


async def faults(ask: Ask) -> list[Json]:
    return [fault.to_json() for fault in ask.state.faults.all()]


async def add_fault(ask: Ask) -> Json:
    try:
        fault = ask.state.faults.add({key: value for key, value in ask.given.items() if key != "as"})
    except ValueError as wrong:
        raise Refused(f"{wrong}.".capitalize()) from wrong
    return {"fault": fault.to_json()}


async def clear_faults(ask: Ask) -> None:
    ask.state.faults.clear()
