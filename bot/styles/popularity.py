"""How often each style was painted in, in one server, by the names that styles have there today.

A picture in several styles counts for each of them, one in a blend for the blend and for its styles, and a sheet that
compares styles once for each.
"""

from collections import Counter
from collections.abc import Mapping

from adapters.styles import Catalogue
from bot.store.uses import Used, Uses
from bot.styles.choices import BETWEEN

COMPARED = ", "
"""Between the styles of a sheet; no name has a comma."""
_LOOKED_INTO = 200
"""Names that no style has, whose adapters are looked up: those of blends, and of styles that were renamed."""


class Popularity:
    def __init__(self, store: Uses) -> None:
        self._store = store

    async def of(self, guild_id: int | None, catalogue: Catalogue) -> Mapping[str, int]:
        """Pictures by name in lower case, also under names that no style has; nothing in direct messages. Raises
        `StoreFailed`."""
        if guild_id is None:
            return {}
        known = {style.name.casefold() for style in catalogue}
        counted: Counter[str] = Counter()
        strange: list[Used] = []
        for used in await self._store.of(guild_id):
            names, pictures = _names(used)
            counted.update(dict.fromkeys(names, pictures))
            if not known.intersection(names):
                strange.append(used)
        strange.sort(key=lambda used: -used.pictures)
        await self._look_into(strange[:_LOOKED_INTO], catalogue, counted)
        return counted

    async def _look_into(self, strange: list[Used], catalogue: Catalogue, counted: Counter[str]) -> None:
        adapters = await self._store.adapters(used.latest for used in strange) if strange else {}
        names = {style.sha256: style.name.casefold() for style in reversed(tuple(catalogue))}
        for used in strange:
            parts = {names[one] for one in adapters.get(used.latest, ()) if one in names}
            counted.update(dict.fromkeys(parts, used.pictures))


def _names(used: Used) -> tuple[set[str], int]:
    """The styles' names, and for how many pictures each counts."""
    if COMPARED in used.style:
        return {name.casefold() for name in used.style.split(COMPARED)}, used.jobs
    return {name.casefold() for name in used.style.split(BETWEEN)}, used.pictures
