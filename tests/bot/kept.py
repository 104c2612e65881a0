"""Samples of what the bot keeps."""

from dataclasses import replace
from typing import Any

from bot.form import File, Form, Letter, Target
from bot.jobs import Job, Picture, Place, State, new_id
from protocol.paint import AdapterUse, PaintRequest

NOW = 1e9


def job(state: State = State.WAITING, **fields: Any) -> Job:
    place = Place(
        channel_id=5,
        guild_id=6,
        interaction_id=3,
        token="t",
        token_until=99.5,
        message_id=7,
        by_bot=False,
        private=True,
        nsfw=True,
        upload_bytes=8,
        locale="ru",
    )
    request = PaintRequest(prompt="кот", adapters=(AdapterUse("a" * 64, 0.5, "in sks style"),), seed=7)
    own = {"id": new_id(), "user_id": 4, "request": request, "style": "sks", "place": place, "created_at": NOW}
    return Job(**own | {"state": state} | fields)


def full_job() -> Job:
    """With something in every field."""
    told = {"aspect": "16:9", "strength": 0.4, "init_url": "https://cdn.example/a.png", "spoiler": True}
    told |= {"preview": False, "weight": 2.5, "note": "seed 8", "parent": "another", "crashes": 2, "suspect": True}
    return job(why="no reason", **told)


def with_pictures(job: Job, *sizes: int) -> Job:
    pictures = (
        Picture(number=number, seed=6 + number, prompt_used="кот, in sks style", cut="style", bytes=size, seconds=1.5)
        for number, size in enumerate(sizes, 1)
    )
    return replace(job, pictures=tuple(pictures))


def letter(key: str, job_id: str = "", at: float = NOW, content: str = "", **fields: Any) -> Letter:
    files = (File(name="a.png", job_id=job_id, number=1, spoiler=True, description="a cat"),) if job_id else ()
    form = Form(content=content, files=files, embeds=({"title": "кот"},), mentions=(4,))
    return Letter(key=key, target=Target(job_id=job_id, user_id=9), form=form, created_at=at, **fields)
