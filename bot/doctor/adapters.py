"""Whether every style's adapter is there, unchanged, and fits the base."""

import shlex
import time
from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from adapters.families import Family, families
from adapters.header import read_header
from adapters.library import EVERYONE, VERSION, Library
from adapters.modules import match, spoken
from adapters.styles import Catalogue, Style
from bot.doctor.aside import aside
from bot.doctor.finding import Diagnosed, Finding, NotKnown, broken, counted, listed, ok, warning
from bot.doctor.visit import Visit
from bot.store import health
from protocol.errors import AdapterRefused, StyleSealError

_SECONDS = 15.0
_SHOWN = 10
_EMBEDDED = "install StyleSeal again, where it came with it"
_READ_ALL = "`styleseal adapters verify` reads all of the library's."


@dataclass(frozen=True, slots=True)
class Source:
    """A style, and how one gets rid of it."""

    style: Style
    remove: str


async def examine(visit: Visit) -> AsyncGenerator[Finding, None]:
    data = visit.bot.data
    sources, findings = await aside(lambda: gather(visit.case.embedded, data / "styles", data / visit.case.library))
    for finding in findings:
        yield finding
    base = await _family(visit)
    for finding in await aside(lambda: look_through(sources, base, _SECONDS)):
        yield finding


def gather(embedded: Path, folder: Path, library: Path) -> tuple[list[Source], list[Finding]]:
    """Every style there is to paint in, and what cannot be read."""
    found: dict[str, Source] = {}
    wrong = []
    for place in (embedded, folder):
        try:
            styles = Catalogue.of(place)
        except AdapterRefused as refused:
            todo = f"Correct {place / 'styles.json'}, or move it away; until then the bot does not start."
            wrong.append(broken(refused.sentence, todo))
            continue
        remove = _EMBEDDED if place == embedded else f"take it out of {place / 'styles.json'}"
        found |= {style.name.casefold(): Source(style, remove) for style in styles}
    try:
        for owner, source in _in_library(library):
            found[f"{owner}\n{source.style.name.casefold()}" if owner else source.style.name.casefold()] = source
    except StyleSealError as failed:
        wrong.append(broken(failed.sentence, "See what is said of its database."))
    return list(found.values()), wrong


def look_through(sources: Iterable[Source], base: Family | None, seconds: float) -> list[Finding]:
    """Headers first, since they are read in no time; then as many whole files as there is time for."""
    until, bad, sound = time.monotonic() + seconds, list[Finding](), list[Source]()
    strangers: dict[str, list[Source]] = {}
    for source in sources:
        try:
            source.style.file_bytes()
            fits = _fits(source.style.path)
        except AdapterRefused as refused:
            bad.append(_bad(source, refused))
            continue
        sound.append(source)
        if base is not None and base not in fits:
            strangers.setdefault(fits[0].title if fits else "another base", []).append(source)
    read, changed = _read_whole(sound, until)
    bad += changed
    shown = bad[:_SHOWN]
    if len(bad) > _SHOWN:
        shown.append(broken(f"There are {len(bad) - _SHOWN} more styles like these.", "Run this again after them."))
    shown += [_misfit(title, misfits, base) for title, misfits in strangers.items() if base is not None]
    if read < len(sound):
        return [*shown, ok(f"{read} of {counted(len(sound), 'style')} were read whole.", _READ_ALL)]
    return shown or [_well(len(sound), base)]


def _read_whole(sources: Sequence[Source], until: float) -> tuple[int, list[Finding]]:
    """How many there was time to read, and those whose files are not what they were."""
    changed: list[Finding] = []
    for read, source in enumerate(sources):
        if time.monotonic() > until:
            return read, changed
        try:
            source.style.check()
        except AdapterRefused as refused:
            changed.append(_bad(source, refused))
    return len(sources), changed


def _well(count: int, base: Family | None) -> Finding:
    if not count:
        return ok("There are no styles yet.", "Add one: styleseal adapters add.")
    if base is None:
        return ok(f"All {counted(count, 'style')} are there and unchanged; whether they fit the base is not known.")
    return ok(f"All {counted(count, 'style')} are there, unchanged, and fit the base.")


def _bad(source: Source, refused: AdapterRefused) -> Finding:
    sentence = refused.sentence
    if source.style.name not in sentence:
        sentence = f"The style {source.style.name} cannot be painted in: {sentence}"
    return broken(sentence, f"Put its file back (into the library: styleseal adapters add), or {source.remove}.")


def _misfit(title: str, misfits: Sequence[Source], base: Family) -> Finding:
    names = listed([source.style.name for source in misfits], 8)
    ways = list(dict.fromkeys(source.remove for source in misfits if source.remove != _EMBEDDED))
    if len(misfits) == 1:
        sentence = f"The style {names} is for {title}, and the base is {base.title}: nobody can paint in it."
    else:
        sentence = (
            f"{len(misfits)} styles are for {title}, and the base is {base.title}: nobody can paint in them ({names})."
        )
    if not ways:
        return ok(sentence, "They came with StyleSeal; for this base, add styles that were made for it.")
    return warning(sentence, f"Set STYLESEAL_BASE to a base of that kind, or: {listed(ways, 3)}.")


def _in_library(folder: Path) -> Iterable[tuple[str, Source]]:
    """Each with its owner. A library of another version is left alone: opening it would bring it up to date. Raises
    `StorageFailed`."""
    database = folder / "library.sqlite"
    if not database.exists() or health.examine(database, 0).version != VERSION:
        return
    with closing(Library(folder)) as library:
        for kept in library.kept():
            name, whose = shlex.quote(kept.style.name), kept.owner  # a server's admins chose it
            remove = f"styleseal adapters remove {name}" + (f" --server {whose}" if whose != EVERYONE else "")
            yield whose, Source(kept.style, remove)


def _fits(path: Path) -> list[Family]:
    """The families that have all of its modules. Raises `AdapterRefused`."""
    header = read_header(path)
    modules = spoken(header)
    return [family for family in families() if not match(modules, header, family.names).misfits]


async def _family(visit: Visit) -> Family | None:
    """The base's, if it is known."""
    try:
        if visit.bot.engine_address is None:
            return (await visit.base()).family
        there = await visit.engine()
    except (Diagnosed, NotKnown):
        return None
    card = there.base if there is not None else None
    # An engine says sd of several families; pocket and sdxl say it all.
    return None if card is None else next((one for one in families() if one.key in (card.name, card.family)), None)
