"""Files that members attach to a message or a command on Discord.

Their URLs are signed and expire after a day; what is before the `?` stays the same, and opens nothing by itself.
"""

import re
from urllib.parse import unquote

from adapters import words
from adapters.errors import SourceRefused
from adapters.sources.hosts import host_of
from adapters.sources.offer import Offer
from adapters.sources.source import Source
from adapters.sources.web import Web

_HOSTS = ("cdn.discordapp.com", "media.discordapp.net")
_PATH = re.compile(r"/(?:ephemeral-)?attachments/[0-9]{1,20}/[0-9]{1,20}/([^/]+)")
_EXPIRED = "The link to the attachment has expired, or the attachment was deleted. Attach the file again."


def _matches(text: str) -> bool:
    return host_of(text) in _HOSTS


async def _offer(text: str, web: Web) -> Offer:
    url = web.checked(text)
    found = _PATH.fullmatch(url.raw_path)
    if found is None:
        raise SourceRefused("This address on Discord is not that of an attachment. Copy the link of the file itself.")
    name = words.file_name(unquote(found[1]))
    if not name.lower().endswith(".safetensors"):
        raise SourceRefused(f"{name} is not a .safetensors file, and adapters are taken only as such.")
    return Offer(
        source=SOURCE.name,
        url=str(url),
        file_name=name,
        title=words.line(name.rpartition(".")[0]),
        same=str(url.with_query(None).with_fragment(None)),
    )


SOURCE = Source(
    name="attachment",
    takes="a .safetensors file attached on Discord",
    matches=_matches,
    offer=_offer,
    hosts=_HOSTS,
    said={403: _EXPIRED, 404: _EXPIRED, 410: _EXPIRED},
)
