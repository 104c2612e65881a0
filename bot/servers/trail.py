"""The trail: who did what in a server, and when; told in its log channel, if it has one."""

import secrets
import time
from collections.abc import Callable, Mapping
from typing import Any

from bot.form import Form, Letter, Target
from bot.quoting import cut
from bot.servers.settings import ServerSettings
from bot.servers.shown import changes_said
from bot.store.servers import Entry, ServerStore
from bot.texts import text
from bot.texts.languages import ENGLISH

_LETTER = 1_900
"""Characters of a line in the log channel; a message takes 2,000."""


class Trail:
    """`wake` is told when a letter is in the outbox; `locale_of` is a server's own language, where its settings name
    none."""

    def __init__(
        self,
        store: ServerStore,
        wake: Callable[[], None],
        locale_of: Callable[[int], str] = lambda guild_id: ENGLISH,
    ) -> None:
        self.store = store
        self._wake = wake
        self._locale_of = locale_of

    async def note(
        self, guild_id: int, settings: ServerSettings, by: int, kind: str, about: int | None = None, **details: Any
    ) -> None:
        """The text `audit_<kind>` is made of `details`, which are ready to be shown: quoted where members wrote them.
        Raises `StoreFailed`."""
        entry = entry_of(guild_id, by, kind, about, details)
        letter = told(entry, settings, self._locale_of(guild_id))
        await self.store.note(entry, letter)
        if letter is not None:
            self._wake()


def entry_of(guild_id: int, by: int, kind: str, about: int | None, details: Mapping[str, Any]) -> Entry:
    return Entry(guild_id=guild_id, by=by, kind=kind, at=time.time(), about=about, details=details)


def told(entry: Entry, settings: ServerSettings, locale: str = ENGLISH) -> Letter | None:
    """The letter into the server's log channel, in its language, or else in `locale`; None where it has no such
    channel."""
    if settings.log_channel is None:
        return None
    form = Form.of(line(entry, settings.language or locale, _LETTER))
    target = Target(channel_id=settings.log_channel)
    return Letter(key=f"audit:{secrets.token_hex(8)}", target=target, form=form, created_at=entry.at)


def line(entry: Entry, locale: str, most: int = _LETTER) -> str:
    """What happened, by whom, and when; in at most so many characters."""
    by = f"<@{entry.by}>" if entry.by else text(locale, "audit_somebody")
    begun = f"<t:{round(entry.at)}:f> · {by} · "
    return begun + cut(_what(entry, locale, most - len(begun)), most - len(begun))


def _what(entry: Entry, locale: str, most: int) -> str:
    if "changes" in entry.details:
        begun = text(locale, f"audit_{entry.kind}")
        return f"{begun}\n{changes_said(entry.details['changes'], locale, most - len(begun) - 1)}"
    about = f"<@{entry.about}>" if entry.about else text(locale, "audit_somebody")
    return text(locale, f"audit_{entry.kind}", about=about, **entry.details)
