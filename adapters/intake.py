"""A new adapter on its way into the library: brought here as a draft, inspected, and given what it is to be called by.

What it paints is tried elsewhere, and nothing is in the library before that.
"""

import asyncio
import re
import unicodedata
from collections.abc import AsyncIterator, Collection, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from adapters import words
from adapters.files import Files, copied, disk_faults
from adapters.inspection import Inspection, validate
from adapters.library import LARGEST
from adapters.sources import table
from adapters.sources.download import Progress, download
from adapters.sources.offer import Offer
from adapters.sources.part import Part
from adapters.sources.web import Web
from adapters.styles import Style
from protocol.errors import AdapterRefused

_CONFIRMED = ("modelspec.trigger_phrase", "class tokens", "folder name")
"""Sources of triggers that name one on purpose; a tag of nearly every picture may be anything."""
_NAME = 40
"""Characters of a name that is made of a title."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file that may be used, at a place of its own; `offer` is what its site says of it, where it is from one."""

    path: Path
    file_name: str
    inspection: Inspection
    offer: Offer | None = None

    @property
    def triggers(self) -> tuple[tuple[str, str], ...]:
        """Candidates with where each is from, the likeliest first: those of the maker's page, then the file's own."""
        found: dict[str, tuple[str, str]] = {}
        if self.offer is not None:
            for offered in self.offer.triggers:
                found.setdefault(offered.casefold(), (offered, self.offer.source))
        for trigger in self.inspection.said.triggers:
            found.setdefault(trigger.words.casefold(), (trigger.words, trigger.source))
        return tuple(found.values())

    @property
    def trigger(self) -> str:
        """The one to begin with; empty where none is named as such."""
        offered = self.offer.source if self.offer is not None else ""
        return next((trigger for trigger, source in self.triggers if source in (*_CONFIRMED, offered)), "")

    def style(self, name: str, trigger: str, weight: float = 1.0, title: str = "") -> Style:
        """Raises `InvalidRequest` for a name, trigger or weight that a style cannot have."""
        said, offer = self.inspection.said, self.offer
        family = self.inspection.family
        return Style(
            name=name,
            path=self.path,
            sha256=self.inspection.hashes.sha256,
            title=title or (offer.title if offer else "") or said.title or words.line(Path(self.file_name).stem),
            trigger=trigger,
            weight=weight,
            weight_range=(min(0.0, weight), max(1.5, weight)),
            licence=(offer.licence if offer else "") or said.licence,
            credit=(offer.credit if offer else "") or said.author,
            family=family.family if family is not None else "",
        )

    def facts(self) -> dict[str, Any]:
        """What is kept of the inspection, as JSON has it."""
        found = self.inspection
        return {
            "file": self.file_name,
            "page": self.offer.page if self.offer is not None else "",
            "kinds": dict(found.kinds),
            "spellings": list(found.spellings),
            "maker": found.said.maker,
            "family": found.family.title if found.family is not None else "",
            "base": (self.offer.base if self.offer is not None else "") or found.said.base,
            "modules": found.modules,
            "targets": dict(found.targets),
            "ranks": list(found.ranks),
            "in_pages": found.in_pages,
            "triggers": [list(pair) for pair in self.triggers],
            "auto_v2": found.hashes.auto_v2,
            "auto_v3": found.hashes.auto_v3,
            "adult": self.offer.adult if self.offer is not None else None,
        }


def name_after(title: str, taken: Collection[str] = ()) -> str:
    """A name that is easy to type, and none of those that are `taken`, in lower case."""
    name = re.sub(r"[^\w]+", "-", unicodedata.normalize("NFC", title.casefold()))[:_NAME].strip("-_") or "style"
    number = 1
    free = name
    while free in taken:
        number += 1
        free = f"{name[: _NAME - len(f'-{number}')]}-{number}"
    return free


@contextmanager
def from_file(files: Files, source: Path) -> Iterator[Candidate]:
    """A copy of a file of this machine; whether its base is one that an engine has is for the engine to say. Raises
    `AdapterRefused`."""
    with files.draft() as draft:
        try:
            copied(source, draft, LARGEST)
        except OSError as wrong:
            raise AdapterRefused(f"The adapter {source} cannot be read: {wrong.strerror}.") from wrong
        yield Candidate(draft, source.name, validate(draft, any_base=True))


def from_draft(draft: Path, file_name: str) -> Candidate:
    """A file that is among the drafts already, and is called so where it is from. Raises `AdapterRefused`."""
    return Candidate(draft, words.file_name(file_name), validate(draft, any_base=True))


def drop(files: Files, identity: str) -> None:
    """What an offer's download has left, which nobody waits for any more. Raises `SourceFailed` while another one
    writes to it, and `StorageFailed`."""
    with closing(Part.opened(files.drafts, identity)) as part:
        part.discard()


@asynccontextmanager
async def from_source(files: Files, web: Web, text: str, progress: Progress) -> AsyncIterator[Candidate]:
    """What a link names. Raises `AdapterRefused`, `SourceRefused`, `SourceFailed` and `StorageFailed`."""
    async with from_offer(files, web, await table.find(text, web), progress) as candidate:
        yield candidate


@asynccontextmanager
async def from_offer(files: Files, web: Web, offer: Offer, progress: Progress) -> AsyncIterator[Candidate]:
    """What a site has. Of one file there may be one at a time. Raises as `from_source` does."""
    path = await download(offer, web, files.drafts, largest=LARGEST, progress=progress)
    try:
        yield Candidate(path, offer.file_name, await asyncio.to_thread(validate, path, any_base=True), offer)
    finally:
        with disk_faults():
            path.unlink(missing_ok=True)
