"""Whether there is a GPU that torch can use."""

import shutil
from collections.abc import AsyncGenerator, Iterable

from bot.doctor.base import must_be_here
from bot.doctor.discord_reach import in_container
from bot.doctor.finding import Finding, broken, gigabytes, ok, warning
from bot.doctor.gpu_probe import Torch
from bot.doctor.visit import Visit

_TORCH = "Install torch for it: https://pytorch.org/get-started/locally/ has the line to type."


async def examine(visit: Visit) -> AsyncGenerator[Finding, None]:
    must_be_here(visit)
    asked = visit.engine_settings.device
    for finding in findings(await visit.torch(), asked, driver=shutil.which("nvidia-smi") is not None):
        yield finding


def findings(torch: Torch, asked: str, *, driver: bool) -> Iterable[Finding]:
    """`asked` is the device of the settings, `driver` whether there is one of NVIDIA's."""
    kind, _, number = asked.partition(":")
    if (kind == "cuda" and int(number or 0) >= len(torch.cards)) or (kind == "mps" and not torch.apple):
        yield broken(
            f"STYLESEAL_DEVICE is {asked}, and torch does not see that device.",
            f"Leave it out, for the best device there is. {_no_card(torch, driver)}",
        )
    elif kind == "cpu":
        yield ok("STYLESEAL_DEVICE is cpu: it paints on the CPU, slowly.")
    elif torch.best == "cpu":
        yield warning("There is no GPU that torch can use: it paints on the CPU, slowly.", _no_card(torch, driver))
    for place, card in enumerate(torch.cards):
        if torch.built_for == "CUDA" and card.capability < torch.oldest:
            yield broken(f"The GPU {card.name} is too old for torch {torch.version}.", _TORCH)
        else:
            memory = f"{gigabytes(card.free)} of {gigabytes(card.total)} memory free"
            yield ok(f"There is a GPU, cuda:{place}: {card.name}, {memory}.")
    if torch.apple:
        yield ok("There is a GPU of Apple's.")


def _no_card(torch: Torch, driver: bool) -> str:
    if torch.cards:
        return f"There are {', '.join(f'cuda:{number}' for number in range(len(torch.cards)))}."
    if driver and not torch.built_for:
        return f"There is a driver of NVIDIA's, but torch {torch.version} is built for CPUs alone. {_TORCH}"
    if in_container():
        return "If the machine has one, let the container use it (docker run --gpus all)."
    if driver:
        return "There is a driver of NVIDIA's: see whether `nvidia-smi` lists the GPU, and restart the machine if not."
    return "If the machine has one, install its driver."
