"""Fetching a file in a test: what is offered, and the call with the checks that always hold."""

import hashlib
from collections.abc import Awaitable
from dataclasses import replace
from pathlib import Path

from adapters.errors import SourceFailed
from adapters.sources.download import download
from adapters.sources.offer import Offer
from adapters.sources.rules import Rules
from tests.adapters.files import safetensors
from tests.adapters.sources.internet import QUICK, Internet
from tests.adapters.sources.secrets import SECRET

DATA = safetensors(b'{"a": 1}', bytes(range(256)) * 20)
SIZE = len(DATA)
OTHER = safetensors(b'{"b": 2}', bytes(range(255, -1, -1)) * 20)
LARGE = safetensors(b'{"a": 1}', bytes(5 * 2**18))
ONCE = replace(QUICK, tries=1)
OFFER = Offer(source="link", url=f"https://github.com/ink.safetensors?sig={SECRET}", file_name="ink.safetensors")
KNOWN = replace(OFFER, size=len(DATA), sha256=hashlib.sha256(DATA).hexdigest())


async def fetched(
    internet: Internet, folder: Path, offer: Offer = OFFER, rules: Rules = QUICK, largest: int = 2**24
) -> bytes:
    """The file's bytes; checks that what is left is that file alone, under a name of ours."""
    told: list[tuple[int, int]] = []
    async with internet.web(rules, {"civitai": SECRET, "hugging_face": SECRET}) as web:
        path = await download(offer, web, folder, largest=largest, progress=lambda *here: told.append(here))
    assert names(folder) == [path.name] == [f"{offer.identity}.done"]
    data = path.read_bytes()
    assert all(have <= total == len(data) for have, total in told)
    assert told == sorted(told)
    return data


async def outcome(call: Awaitable[object]) -> object:
    try:
        return await call
    except SourceFailed as error:
        return error


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def left(folder: Path) -> bytes:
    return (folder / f"{OFFER.identity}.part").read_bytes()


def ranges(internet: Internet) -> list[str]:
    return [request.headers.get("range", "") for request in internet.asked]
