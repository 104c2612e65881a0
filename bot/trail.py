"""The trail: who did what in a server, and when; told in its log channel, if it has one."""

import secrets
import time
from collections.abc import Callable, Mapping
from typing import Any

from bot.form import Form, Letter, Target
from bot.server_settings import ServerSettings
from bot.store.servers import Entry, ServerStore
from bot.texts import LOCALES, text


class Trail:
    """`wake` is told when a letter is in the outbox."""

    def __init__(self, store: ServerStore, wake: Callable[[], None]) -> None:
        self.store = store
        self._wake = wake

    async def note(
        self, guild_id: int, settings: ServerSettings, by: int, kind: str, about: int | None = None, **details: Any
    ) -> None:
        """The text `audit_<kind>` is made of `details`, which are ready to be shown: quoted where members wrote them.
        Raises `StoreFailed`."""
        entry = entry_of(guild_id, by, kind, about, details)
        letter = told(entry, settings)
        await self.store.note(entry, letter)
        if letter is not None:
            self._wake()


def entry_of(guild_id: int, by: int, kind: str, about: int | None, details: Mapping[str, Any]) -> Entry:
    return Entry(guild_id=guild_id, by=by, kind=kind, at=time.time(), about=about, details=details)


def told(entry: Entry, settings: ServerSettings) -> Letter | None:
    """The letter into the server's log channel; None where it has none."""
    if settings.log_channel is None:
        return None
    form = Form.of(line(entry, settings.language or LOCALES[0]))
    target = Target(channel_id=settings.log_channel)
    return Letter(key=f"audit:{secrets.token_hex(8)}", target=target, form=form, created_at=entry.at)


def line(entry: Entry, locale: str) -> str:
    """What happened, by whom, and when."""
    about = "" if entry.about is None else f"<@{entry.about}>"
    what = text(locale, f"audit_{entry.kind}", about=about, **entry.details)
    by = f"<@{entry.by}>" if entry.by else text(locale, "audit_somebody")
    return f"<t:{round(entry.at)}:f> · {by} · {what}"
