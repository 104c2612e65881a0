"""The table of sources. A new source is one new file and one line in it."""

from collections.abc import Mapping
from dataclasses import replace
from ssl import SSLContext

from aiohttp.abc import AbstractResolver

from adapters.errors import SourceRefused
from adapters.sources import attachment, civitai, hugging_face, link
from adapters.sources.addresses import AddressCheck, public
from adapters.sources.offer import Offer
from adapters.sources.rules import Rules
from adapters.sources.source import Source
from adapters.sources.web import Web

SOURCES: tuple[Source, ...] = (
    attachment.SOURCE,
    civitai.SOURCE,
    hugging_face.SOURCE,
    link.SOURCE,  # takes whatever the others leave
)


def connected(
    rules: Rules,
    keys: Mapping[str, str] | None = None,
    *,
    resolver: AbstractResolver | None = None,
    tls: SSLContext | None = None,
    allowed: AddressCheck = public,
) -> Web:
    """The way to every source in the table, and to `rules.hosts` besides; `keys` holds keys by the source's name."""
    hosts = tuple(host for source in SOURCES for host in source.hosts)
    by_host = {host: key for source in SOURCES if (key := (keys or {}).get(source.name)) for host in source.key_hosts}
    return Web(replace(rules, hosts=hosts + rules.hosts), by_host, resolver=resolver, tls=tls, allowed=allowed)


async def find(text: str, web: Web) -> Offer:
    """What the text names. Raises `SourceRefused` for what cannot be had, `SourceFailed` for a site in trouble."""
    asked = text.strip().removeprefix("<").removesuffix(">")  # <...> keeps Discord from showing a preview
    for source in SOURCES:
        if source.matches(asked):
            return await source.offer(asked, web)
    takes = "; ".join(source.takes for source in SOURCES)
    raise SourceRefused(f"This names no adapter. What is taken: {takes}.")


def named(name: str) -> Source:
    """The source of an offer. Raises `SourceRefused` where there is none of that name (any more)."""
    for source in SOURCES:
        if source.name == name:
            return source
    raise SourceRefused(f"There is no source named {name}.")
