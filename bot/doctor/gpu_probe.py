"""What torch sees on this machine, asked in a process of its own: loading it takes seconds, and may hang or crash."""

import asyncio
import contextlib
import json
import sys
from asyncio.subprocess import DEVNULL, PIPE
from dataclasses import dataclass

from bot.doctor.finding import Diagnosed, broken, warning

_SECONDS = 20.0
_PROGRAM = """
import json, torch
cards = []
if torch.cuda.is_available():
    for number in range(torch.cuda.device_count()):
        free, total = torch.cuda.mem_get_info(number)
        major, minor = torch.cuda.get_device_capability(number)
        name = torch.cuda.get_device_name(number)
        cards.append({"name": name, "free": free, "total": total, "capability": major * 10 + minor})
built = [int(name[3:].rstrip("af")) for name in torch.cuda.get_arch_list() if name.startswith("sm_")]
built_for = "CUDA" if torch.version.cuda else "ROCm" if torch.version.hip else ""
print(json.dumps({"version": torch.__version__, "built_for": built_for, "cards": cards, "oldest": min(built, default=0),
                  "apple": torch.backends.mps.is_available()}))
"""


@dataclass(frozen=True, slots=True)
class Card:
    name: str
    free: int
    total: int
    capability: int
    """Ten times its compute capability."""


@dataclass(frozen=True, slots=True)
class Torch:
    version: str
    built_for: str
    """CUDA, ROCm, or nothing: for CPUs (and Apple's GPUs) alone."""
    cards: tuple[Card, ...]
    oldest: int
    """The lowest capability this torch was built for; 0 where it does not say."""
    apple: bool

    @property
    def best(self) -> str:
        """The device that `auto` is."""
        return "cuda" if self.cards else "mps" if self.apple else "cpu"


async def probe() -> Torch:
    """Raises `Diagnosed`."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-c", _PROGRAM), stdin=DEVNULL, stdout=PIPE, stderr=PIPE
    )
    try:
        async with asyncio.timeout(_SECONDS):
            out, said = await process.communicate()
    except TimeoutError as wrong:
        sentence = f"torch did not say within {_SECONDS:g} s which GPU there is."
        raise Diagnosed(warning(sentence, "Run this again when the machine is less busy.")) from wrong
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
    return _read(out, said)


def _read(out: bytes, said: bytes) -> Torch:
    try:
        told = json.loads(out)
        return Torch(**told | {"cards": tuple(Card(**card) for card in told["cards"])})
    except (ValueError, TypeError, KeyError) as wrong:
        last = (said.decode("utf-8", "replace").strip().splitlines() or ["it says nothing"])[-1][:300]
        sentence = f"torch cannot be loaded: {last.rstrip('.')}."
        raise Diagnosed(broken(sentence, "Install StyleSeal again into a new virtual environment.")) from wrong
