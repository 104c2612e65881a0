"""What members read in a job's message, from waiting to the finished pictures."""

import time
from collections.abc import Sequence

from bot.buttons import result_view, waiting_view
from bot.desk import Foreseen
from bot.form import File, Form, Letter, Target
from bot.jobs import NOTE_CHARACTERS, Job
from bot.quoting import cut, quoted
from bot.texts import text
from bot.texts.errors import translated
from protocol import checks
from protocol.events import Completed

BAR = 10
_PROMPT_CHARACTERS = 1_100
_CUT_CHARACTERS = 300
_WHY = 1_500


def queued(job: Job, foreseen: Foreseen) -> Form:
    locale = job.place.locale
    if foreseen.turn <= 1:
        words = text(locale, "next")
    else:
        eta = "" if foreseen.at is None else text(locale, "about", at=foreseen.at)
        words = text(locale, "queued", place=foreseen.turn, eta=eta)
    return Form.of(words, waiting_view(job))


def painting(job: Job, step: int, steps: int, previews: Sequence[bytes] | None) -> Form:
    """Steps are those of all its pictures together; `previews` of None leaves those there are."""
    full = round(BAR * step / steps) if steps else 0
    bar = "▰" * full + "▱" * (BAR - full)
    words = text(job.place.locale, "painting", bar=bar, step=step, steps=steps)
    if previews is None:
        return Form.of(words, waiting_view(job), files=None)
    named = enumerate(previews, 1)
    files = [File(name=f"{number}-preview.png", data=png, spoiler=job.spoiler) for number, png in named]
    return Form.of(words, waiting_view(job), files=files)


def finished(job: Job, completed: Sequence[Completed]) -> Form:
    """Its pictures are kept, as `job.pictures` says."""
    words = caption(job, completed)
    files = [
        File(
            name=f"{job.id}-{one.number}.png",
            job_id=job.id,
            number=one.number,
            spoiler=job.spoiler,
            description=" ".join(one.prompt_used.split())[:1_000],
        )
        for one in job.pictures
    ]
    return Form.of(words, result_view(job), files=files)


def letter(job: Job, form: Form) -> Letter:
    """That the message of a job becomes this."""
    return Letter(key=f"job:{job.id}", target=Target(job_id=job.id), form=form, created_at=time.time())


def failure(job: Job, why: str) -> Letter:
    """That there is no picture, and why: a sentence in the member's language, or an error's."""
    locale = job.place.locale
    return letter(job, Form.of(text(locale, "failed", why=cut(translated(locale, why), _WHY))))


def cancelled(job: Job) -> Letter:
    return letter(job, Form.of(text(job.place.locale, "cancelled")))


def caption(job: Job, completed: Sequence[Completed]) -> str:
    """The prompt with its triggers, then small lines of facts."""
    first = min(completed, key=lambda event: event.index)
    locale = job.place.locale
    facts = [quoted(job.style, 100), text(locale, "seed", seed=first.seed), _size(job, first)]
    facts += [text(locale, "steps", count=job.request.steps)] if job.request.steps else []
    line = text(locale, "facts", facts=" · ".join(filter(None, facts)), user=job.user_id, id=job.id)
    lines = [f"> {quoted(first.prompt_used, _PROMPT_CHARACTERS)}", line]
    if job.note:
        lines.append(f"-# {job.note[:NOTE_CHARACTERS]}")
    if first.cut:
        lines.append(f"-# {text(locale, 'cut', cut=quoted(first.cut, _CUT_CHARACTERS))}")
    return "\n".join(lines)


def _size(job: Job, first: Completed) -> str:
    """Of a sheet that of its pictures, and how many they are."""
    width, height = checks.png_size("png", first.png)
    if not job.variants:
        return f"{width}x{height}"
    size = f"{job.request.width or width}x{job.request.height or height}"
    return text(job.place.locale, "sheet_size", count=len(job.variants), size=size)
