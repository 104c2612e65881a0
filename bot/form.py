"""A message as the bot wants it to be: plain data, so that it can be kept and sent later."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import discord

Json = dict[str, Any]
SUPPRESSED = discord.AllowedMentions.none()
_SUPPRESS_EMBEDS = 1 << 2


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """Either a picture that is kept, by its job and number, or bytes at hand, which cannot be kept."""

    name: str
    job_id: str = ""
    number: int = 0
    data: bytes = b""
    spoiler: bool = False
    description: str = ""

    def to_json(self) -> Json:
        if self.data:
            raise ValueError("bytes at hand are not kept")
        own = {"name": self.name, "job": self.job_id, "number": self.number}
        return own | {"spoiler": self.spoiler, "description": self.description}

    @classmethod
    def from_json(cls, data: Json) -> Self:
        return cls(
            name=data["name"],
            job_id=data["job"],
            number=data["number"],
            spoiler=data["spoiler"],
            description=data["description"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """`components` and `embeds` are Discord's JSON. `files` of None leaves those of the message as they are; `mentions`
    are the members who are told of it, and nobody else is."""

    content: str = ""
    embeds: tuple[Json, ...] = ()
    components: tuple[Json, ...] = ()
    files: tuple[File, ...] | None = ()
    mentions: tuple[int, ...] = ()

    @classmethod
    def of(
        cls,
        content: str = "",
        view: discord.ui.View | None = None,
        *,
        embeds: Sequence[discord.Embed] = (),
        files: Sequence[File] | None = (),
        mentions: Sequence[int] = (),
    ) -> Self:
        return cls(
            content=content,
            embeds=tuple(dict(embed.to_dict()) for embed in embeds),
            components=() if view is None else tuple(view.to_components()),
            files=None if files is None else tuple(files),
            mentions=tuple(mentions),
        )

    def without_files(self, more: str = "") -> Self:
        """The words alone, and what else is to be said."""
        return replace(self, content="\n".join(filter(None, (self.content, more))), files=())

    def payload(self) -> Json:
        """What Discord takes, save for the files."""
        told = {"parse": [], "users": [str(user) for user in self.mentions], "replied_user": False}
        own: Json = {"content": self.content, "embeds": [*self.embeds], "components": [*self.components]}
        # Links in what members write are not drawn out; embeds of our own are.
        return own | {"allowed_mentions": told, "flags": 0 if self.embeds else _SUPPRESS_EMBEDS}

    def to_json(self) -> Json:
        return {
            "content": self.content,
            "embeds": [*self.embeds],
            "components": [*self.components],
            "files": None if self.files is None else [file.to_json() for file in self.files],
            "mentions": [*self.mentions],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        files = data["files"]
        return cls(
            content=data["content"],
            embeds=tuple(data["embeds"]),
            components=tuple(data["components"]),
            files=None if files is None else tuple(File.from_json(file) for file in files),
            mentions=tuple(data["mentions"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where a letter goes: the message of a job, or else a channel (in reply to a message), or else a member."""

    job_id: str = ""
    channel_id: int | None = None
    reply_to: int | None = None
    user_id: int | None = None

    def to_json(self) -> Json:
        return {"job": self.job_id, "channel": self.channel_id, "reply_to": self.reply_to, "user": self.user_id}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        return cls(job_id=data["job"], channel_id=data["channel"], reply_to=data["reply_to"], user_id=data["user"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What must reach Discord. `key` says what it is about: a later one of the same key takes its place."""

    key: str
    target: Target
    form: Form
    created_at: float
    """In Unix seconds, as `due`."""
    due: float = 0.0
    tries: int = 0
    message_id: int | None = None
    """Where it was sent as a message of its own."""
