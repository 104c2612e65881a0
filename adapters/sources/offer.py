"""What can be had from a source, known before it is fetched."""

import hashlib
from dataclasses import dataclass, field

from adapters import words
from protocol import checks


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A file at `url`, and what its site says of it; what the site does not say is empty, or None. Raises
    `InvalidRequest` for a text that was not cleaned."""

    source: str
    """The name of the source in the table."""
    url: str = field(repr=False)
    """https; it may be signed, and so is never shown."""
    file_name: str
    size: int | None = None
    """In bytes, exactly."""
    sha256: str = ""
    title: str = ""
    triggers: tuple[str, ...] = ()
    base: str = ""
    """What it was made for, in the site's words."""
    licence: str = ""
    credit: str = ""
    page: str = ""
    """What a person can open."""
    adult: bool | None = None
    same: str = ""
    """What stays the same where the URL does not: a signed URL's path."""

    def __post_init__(self) -> None:
        for label in ("source", "file_name", "title", "base", "licence", "credit"):
            checks.text(label, getattr(self, label), words.TEXT, blank=True, lines=False)
        for trigger in self.triggers:
            checks.text("trigger", trigger, words.TRIGGER, blank=False, lines=False)
        if self.sha256:
            checks.sha256("sha256", self.sha256)
        if self.size is not None:
            checks.whole("size", self.size, (0, 2**63))

    @property
    def identity(self) -> str:
        """32 hexadecimal digits: the same for two offers of the same file, as far as can be told beforehand."""
        return hashlib.sha256((self.sha256 or self.same or self.url).encode()).hexdigest()[:32]
