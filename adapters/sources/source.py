"""What a source is: one line in the table, one file that says the rest."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from adapters.sources.offer import Offer
from adapters.sources.web import Web


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    name: str
    takes: str
    """What a person may write, in words, for the sentence that lists it."""
    matches: Callable[[str], bool]
    """Whether this text is for this source; if so, no other one is asked."""
    offer: Callable[[str, Web], Awaitable[Offer]]
    """Finds out what the text names. Raises `SourceRefused` and `SourceFailed`."""
    hosts: tuple[str, ...]
    """Whom it asks, and where those send the asker on to; as in `Rules.hosts`."""
    key_hosts: tuple[str, ...] = ()
    """Who is shown the site's key."""
    said: Mapping[int, str] = field(default_factory=dict)
    """Its own sentences for HTTP statuses; `{host}` is who answered."""
