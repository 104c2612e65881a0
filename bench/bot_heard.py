"""What a playground heard of a bot: its requests, as they come."""

import asyncio
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from playground.snowflake import EPOCH

Json = dict[str, Any]
CALLBACK = "/interactions/{interaction_id}/{interaction_token}/callback"
REPLY, CHOICES = 4, 8
"""Types of a first answer."""
_PLACE = re.compile(r"You are (?:#(\d+) in line|next)(?:, about <t:(\d+):R>)?")


@dataclass(frozen=True, slots=True)
class Telling:
    """What a member was told of a job that waits: `turn` is 1 for the next; both times in Unix seconds."""

    at: float
    job: str
    turn: int
    done: int | None


@dataclass
class Heard:
    """`entries` are those of the playground's log, the oldest first."""

    entries: list[Json] = field(default_factory=list)
    _more: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def read(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for message in socket:
            event = message.json()
            if event["name"] == "REQUEST":
                async with self._more:
                    self.entries.append(event["data"])
                    self._more.notify_all()

    async def until(self, holds: Callable[[], bool], seconds: float) -> None:
        """Raises `TimeoutError`."""
        async with asyncio.timeout(seconds), self._more:
            await self._more.wait_for(holds)

    def answers(self, since: int = 0, kind: int = REPLY) -> dict[str, Json]:
        """The first answer to each interaction, by its id; of the entries from that one on."""
        return {
            one["path"].split("/interactions/")[1].split("/")[0]: one
            for one in self.entries[since:]
            if one["route"] == CALLBACK and one["status"] in (200, 204) and one["body"].get("type") == kind
        }

    def pictures(self, since: int = 0) -> int:
        """How many messages have become finished pictures."""
        return len(set(self.deliveries(since)))

    def deliveries(self, since: int = 0) -> list[str]:
        """Where finished pictures went; a message to which they went twice is there twice."""
        return [one["path"] for one in self.entries[since:] if one["status"] == 200 and _is_finished(one["body"])]

    def tellings(self, since: int = 0) -> Iterator[Telling]:
        for one in self.entries[since:]:
            body = one["body"] if isinstance(one["body"], dict) else {}
            data = body.get("data", body)
            if one["status"] in (200, 204) and (told := _PLACE.match(str(data.get("content")))):
                job = data["components"][0]["components"][0]["custom_id"].split(":")[1]
                yield Telling(one["at"], job, int(told[1] or 1), int(told[2]) if told[2] else None)

    def refused(self) -> int:
        return sum(bool(one["refused"]) for one in self.entries)


def waited(interaction: str, answer: Json) -> float:
    """Seconds from when an interaction was made until its answer had come to the playground."""
    return max(0.0, float(answer["at"]) - ((int(interaction) >> 22) + EPOCH) / 1000)


def _is_finished(body: Any) -> bool:
    attached = body.get("attachments") if isinstance(body, dict) else None
    return bool(attached) and not any(str(one.get("filename", "")).startswith("preview") for one in attached or ())
