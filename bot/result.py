"""A finished job as members see it: the pictures, and what they were painted from."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.jobs import Job
from bot.texts import text
from protocol import checks
from protocol.events import Completed

_PROMPT_CHARACTERS = 1_200


@dataclass(frozen=True, slots=True)
class Picture:
    png: bytes
    name: str
    spoiler: bool = False


def pictures(job: Job, completed: Sequence[Completed]) -> list[Picture]:
    ordered = sorted(completed, key=lambda event: event.index)
    return [Picture(event.png, f"{job.id}-{event.index + 1}.png") for event in ordered]


def caption(job: Job, completed: Sequence[Completed]) -> str:
    """The prompt with its triggers, then one small line of facts."""
    first = min(completed, key=lambda event: event.index)
    width, height = checks.png_size("png", first.png)
    facts = [job.style, f"seed {first.seed}", f"{width}x{height}"]
    facts += [f"{job.request.steps} steps"] if job.request.steps else []
    prompt = _quoted(first.prompt_used)
    locale = job.place.locale
    lines = [text(locale, "result", prompt=prompt, facts=" · ".join(filter(None, facts)), user=job.user_id)]
    if first.cut:
        lines.append(f"-# {text(locale, 'cut', cut=_quoted(first.cut))}")
    return "\n".join(lines)


def _quoted(words: str) -> str:
    """On one line, with nothing in it that Discord would format."""
    line = " ".join(words.split())
    short = line if len(line) <= _PROMPT_CHARACTERS else f"{line[:_PROMPT_CHARACTERS]}…"
    return "".join(f"\\{letter}" if letter in "\\*_~`|<>[]#@" else letter for letter in short)
