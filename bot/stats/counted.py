"""What was painted in a server, as its charts and boards show it: who painted most, and in which styles.

Only what everybody saw counts for a name, and nothing of another server. A blend counts for each of its parts.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Self

from adapters.library import EVERYONE, State
from bot.jobs import Job
from bot.servers.blocked_words import first_blocked
from bot.servers.settings import ServerSettings
from bot.stats.chart_process import ChartProcess
from bot.store.jobs import Jobs
from bot.store.stats import DAY_SECONDS, Painted, StatsStore
from bot.styles.by_place import Styles
from bot.styles.choices import BETWEEN

PERIODS = (7, 30, 90)
"""In days; today, in UTC, is the last of them."""
_LOOKED_INTO = 200
"""Requests that are read for what their names mean, such as those of blends: the most painted ones."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Which styles go by their names: those of a server, without those in `hidden` (in lower case) and, unless `adult`,
    without those that are age-restricted. What members have called their blends is without blocked words."""

    guild_id: int
    hidden: Collection[str] = ()
    blocked_words: Collection[str] = ()
    adult: bool = False

    @classmethod
    def of(cls, guild_id: int, settings: ServerSettings, *, nsfw: bool) -> Self:
        """In a channel that is age-restricted (`nsfw`) or not."""
        return cls(guild_id, settings.hidden_styles, settings.blocked_words, settings.adult and nsfw)


class Stats:
    def __init__(self, store: StatsStore, jobs: Jobs, styles: Styles, chart: ChartProcess) -> None:
        self.store = store
        self.chart = chart
        self._jobs = jobs
        self._styles = styles

    async def styles(self, scope: Scope, since: float) -> tuple[list[tuple[str, int]], int]:
        """Names of styles with their pictures, the most painted first, and how many pictures were painted in none, or
        only in some that are not named there. Raises `StoreFailed`, `StorageFailed`."""
        known = _Known(self._styles, scope)
        painted = await self.store.styles(scope.guild_id, since)
        counted, rest = Counter[str](), 0
        left = _LOOKED_INTO
        for one in sorted(painted, key=lambda one: -one.pictures):
            names = known.parts(one.style)
            if one.style and not names and left:
                left -= 1
                names = known.of_job(await self._jobs.get(one.job_id))
            shown = [name for name in names or ([one.style] if one.style else []) if known.may_name(name, one)]
            counted.update(dict.fromkeys(shown, one.pictures))
            rest += 0 if shown else one.pictures
        written = [name for name in counted if not known.is_style(name)]
        for name in await asyncio.to_thread(_with_blocked, written, scope.blocked_words):
            rest += counted.pop(name)
        return sorted(counted.items(), key=lambda pair: (-pair[1], pair[0].casefold())), rest


class _Known:
    """The styles that a server has or had, those it has switched off among them, but not those that are drafts."""

    def __init__(self, styles: Styles, scope: Scope) -> None:
        owners = (EVERYONE, str(scope.guild_id))
        kept = [
            one.style for one in styles.library.everything() if one.owner in owners and one.state is not State.DRAFT
        ]
        there = [*styles.fixed(), *kept, *styles.of(scope.guild_id)]  # of one name, the last is there
        self._scope = scope
        self._names: Mapping[str, str] = {style.name.casefold(): style.name for style in there}
        self._by_hash: Mapping[str, str] = {style.sha256: style.name for style in there}
        self._adult = {style.name.casefold() for style in there if style.adult}

    def is_style(self, name: str) -> bool:
        return name.casefold() in self._names

    def parts(self, name: str) -> list[str]:
        """The styles that a name stands for, as they are written; none where one of them is not known."""
        if (whole := self._names.get(name.casefold())) is not None:
            return [whole]
        found = [self._names.get(part.casefold()) for part in name.split(BETWEEN)]
        known = [part for part in found if part is not None]
        return list(dict.fromkeys(known)) if len(known) == len(found) else []

    def of_job(self, job: Job | None) -> list[str]:
        """Those that it was painted in; none where one of them is not known."""
        if job is None:
            return []
        uses = [*job.request.adapters, *(use for variant in job.variants for use in variant.adapters)]
        found = [self._by_hash.get(use.sha256) for use in uses]
        known = [name for name in found if name is not None]
        return list(dict.fromkeys(known)) if len(known) == len(found) else []

    def may_name(self, name: str, painted: Painted) -> bool:
        """One that is not known any more may have been age-restricted, unless it was painted where others were not."""
        folded = name.casefold()
        if folded in self._scope.hidden:
            return False
        if self._scope.adult:
            return True
        return folded not in self._adult if folded in self._names else painted.open


def _with_blocked(names: Collection[str], blocked: Collection[str]) -> list[str]:
    return [name for name in names if first_blocked(name, blocked) is not None] if blocked else []


def since(days: int) -> float:
    """When a period of so many days began, in Unix seconds; 0 for all of them."""
    return float((today() - days + 1) * DAY_SECONDS) if days else 0.0


def today() -> int:
    """Its number, in UTC, as the store counts days."""
    return int(time.time() // DAY_SECONDS)
