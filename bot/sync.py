"""Telling Discord which commands there are: only when that has changed, for it allows few such calls a day."""

import hashlib
import json
from typing import Any

from discord import app_commands

from bot.store.kept import Kept

_NAME = "commands"


async def sync(tree: app_commands.CommandTree[Any], kept: Kept) -> bool:
    """Whether they were told anew: they are others than the last time, or Discord has lost them."""
    commands = tree.get_commands()
    told = (
        [await command.get_translated_payload(tree, tree.translator) for command in commands] if tree.translator else []
    )
    digest = hashlib.sha256(json.dumps([tree.client.application_id, told], sort_keys=True).encode()).hexdigest()
    there = {command.name for command in await tree.fetch_commands()}
    if await kept.get(_NAME) == digest and there == {command.name for command in commands}:
        return False
    await tree.sync()
    await kept.set(_NAME, digest)
    return True
