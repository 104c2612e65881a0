"""Fetching an adapter that was attached to a command, onto this disk. Its address is Discord's own, and expires."""

import asyncio
from pathlib import Path

import aiohttp

from adapters import words
from adapters.errors import SourceFailed, SourceRefused, StorageFailed
from adapters.files import disk_faults, free_bytes
from adapters.library import LARGEST
from adapters.sources.download import Progress
from adapters.sources.threads import in_thread

FETCH_SECONDS = 900.0
_SILENCE_SECONDS = 60.0
_BLOCK = 2**20


def check(file_name: str, size: int) -> None:
    """What can be said before it is fetched; `size` is in bytes. Raises `SourceRefused`."""
    name = words.file_name(file_name)
    if not name.lower().endswith(".safetensors"):
        raise SourceRefused(f"{name} is not a .safetensors file, and adapters are taken only as such.")
    if size > LARGEST:
        raise SourceRefused(f"The file has {size / 2**20:.1f} MiB, and at most {LARGEST / 2**20:.1f} MiB are taken.")


async def fetched(url: str, size: int, target: Path, progress: Progress) -> None:
    """All of its bytes at `target`, which is there whole or not at all. Raises `SourceRefused` where it is not there
    any more, `SourceFailed` and `StorageFailed`."""
    part = target.with_suffix(".fetching")
    with disk_faults():
        room = free_bytes(target.parent)
    if room < size:
        raise StorageFailed(f"The file has {size >> 20} MiB, and the disk has less room than that.")
    timeout = aiohttp.ClientTimeout(total=FETCH_SECONDS, sock_read=_SILENCE_SECONDS)
    try:
        async with aiohttp.ClientSession(timeout=timeout) as session, session.get(url, allow_redirects=False) as answer:
            if answer.status != 200:
                raise SourceRefused(
                    "The link to the attachment has expired, or the attachment was deleted. Attach the file again."
                )
            have = await _written(answer, part, size, progress)
    except (aiohttp.ClientError, TimeoutError) as wrong:
        raise SourceFailed("The attachment could not be fetched from Discord. Try again later.") from wrong
    if have != size:
        raise SourceFailed("The attachment could not be fetched from Discord. Try again later.")
    with disk_faults():
        await in_thread(part.replace, target)


async def _written(answer: aiohttp.ClientResponse, part: Path, size: int, progress: Progress) -> int:
    """How many bytes came."""
    with disk_faults():
        file = await asyncio.to_thread(part.open, "wb")
    have = 0
    try:
        async for block in answer.content.iter_chunked(_BLOCK):
            have += len(block)
            if have > size:
                return have
            with disk_faults():
                await in_thread(file.write, block)
            progress(have, size)
    finally:
        with disk_faults():
            await in_thread(file.close)
    return have
