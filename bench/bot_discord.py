"""A playground as a process of its own, with the demo's people and places and more servers, for `bench.bot`.

Prints one line of JSON: its address, the bot's token, and the ids to act by. It ends when its standard input does.
"""

import asyncio
import json
import sys

from playground.server import serve
from playground.state import State
from playground.world.demo import BOT, demo
from playground.world.places import TEXT

TOKEN = "a-token-of-the-bench"


async def main(servers: int) -> None:
    """Discord's own document is not held against the requests: that takes longer than the bot does."""
    world = demo(TOKEN)
    places = {}
    for number in range(servers):
        guild = world.world.add_guild(f"Server {number}", world.owner)
        world.world.install(world.app, guild, BOT)
        places[str(guild.id)] = str(world.world.add_channel(guild, TEXT, "art").id)
    async with serve(State(world.world)) as url:
        told = {"url": url, "token": TOKEN, "application": str(world.app.id), "owner": str(world.owner.id)}
        print(json.dumps(told | {"places": places}), flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.buffer.read)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
