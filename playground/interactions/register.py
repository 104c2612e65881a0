"""All interactions there are: opened here, told to their bot, found again by token, failed when no answer comes."""

import asyncio
from collections import deque
from typing import Any

from playground.errors import DiscordError, unknown
from playground.interactions.interaction import (
    ACKNOWLEDGED,
    ANSWER_SECONDS,
    AUTOCOMPLETE,
    FAILED,
    SENT,
    TOKEN_SECONDS,
    Interaction,
)
from playground.interactions.payload import payload
from playground.world.events import Event
from playground.world.world import World


class Interactions:
    """For one event loop. `watch` must be running for those without an answer to fail by themselves."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._by_id: dict[int, Interaction] = {}
        self._by_token: dict[str, Interaction] = {}
        self._waiting: deque[Interaction] = deque()
        self._arrived = asyncio.Event()
        self.forms: dict[int, tuple[Interaction, dict[str, Any]]] = {}
        """Modals that were opened, by id: what brought them, and their JSON."""

    def open(self, interaction: Interaction) -> Interaction:
        """The bot is told. Its person is told that it was."""
        self._by_id[interaction.id] = interaction
        self._by_token[interaction.token] = interaction
        self._waiting.append(interaction)
        self._arrived.set()
        self.tell(interaction)
        form = payload(self.world, interaction)
        self.world.tell(Event(name="INTERACTION_CREATE", data=form, application_id=interaction.app.id))
        return interaction

    def acknowledged(self, interaction: Interaction, answer: int) -> None:
        """The first answer has come."""
        interaction.answer = answer
        interaction.state = ACKNOWLEDGED
        self.tell(interaction)

    def to_answer(self, id: int, token: str) -> Interaction:
        """Raises `DiscordError` where a first answer is not in order."""
        found = self._by_id.get(id)
        if found is None or found.token != token:
            raise unknown("Interaction")
        if found.state == ACKNOWLEDGED:
            raise DiscordError(400, 40060, "Interaction has already been acknowledged.")
        if found.is_late(self.world.clock.now()):
            raise unknown("Interaction")
        self.world.channel(found.channel.id)  # may be gone since
        return found

    def to_follow(self, application_id: int, token: str) -> Interaction:
        """Raises `DiscordError` where messages cannot be sent in its name: unknown, over, unanswered, choices."""
        if application_id not in self.world.applications:
            raise unknown("Webhook")
        found = self._by_token.get(token)
        if found is None or found.app.id != application_id or found.is_over(self.world.clock.now()):
            raise DiscordError(401, 50027, "Invalid Webhook Token")
        if found.state != ACKNOWLEDGED or found.type == AUTOCOMPLETE:
            raise unknown("Webhook")
        self.world.channel(found.channel.id)
        return found

    def expire_tokens(self) -> None:
        """The tokens of all interactions so far are dead."""
        for interaction in self._by_id.values():
            interaction.dead = True
        self._fail_late()

    def tell(self, interaction: Interaction) -> None:
        """Its person is told how it stands."""
        source = interaction.source
        data = {
            "interaction": str(interaction.id),
            "channel": str(interaction.channel.id),
            "message": None if source is None else str(source.id),
            "custom_id": interaction.custom_id,
            "state": interaction.state,
        }
        self.world.tell(Event(name="INTERACTION", data=data, only_for=interaction.user.id))

    async def watch(self) -> None:
        """Fails those whose time for an answer is over, and forgets those whose token is."""
        while True:
            while not self._waiting:  # what has arrived may be over before this wakes
                self._arrived.clear()
                await self._arrived.wait()
            await self.world.clock.until(self._waiting[0].created_at + ANSWER_SECONDS)
            self._fail_late()
            self._forget()

    def _fail_late(self) -> None:
        now = self.world.clock.now()
        while self._waiting and self._waiting[0].is_late(now):
            interaction = self._waiting.popleft()
            if interaction.state == SENT:
                interaction.state = FAILED
                if interaction.choices is not None and not interaction.choices.done():
                    interaction.choices.cancel()
                self.tell(interaction)

    def _forget(self) -> None:
        """Twice the token's life later: until then the token is known to be one that is over."""
        long_ago = self.world.clock.now() - 2 * TOKEN_SECONDS
        while (oldest := next(iter(self._by_id.values()), None)) is not None and oldest.created_at < long_ago:
            del self._by_id[oldest.id], self._by_token[oldest.token]
        while (form := next(iter(self.forms), None)) is not None and self.forms[form][0].created_at < long_ago:
            del self.forms[form]
