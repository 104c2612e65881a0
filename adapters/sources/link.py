"""Any other https address of a file, on a host that is allowed. Nothing is known of it before it is fetched."""

from urllib.parse import unquote

from adapters import words
from adapters.errors import SourceRefused
from adapters.sources.offer import Offer
from adapters.sources.source import Source
from adapters.sources.web import Web

_NO_LORA = (".ckpt", ".pt", ".pth", ".bin", ".pkl", ".zip", ".7z", ".rar", ".gguf")


def _matches(text: str) -> bool:
    return "://" in text


async def _offer(text: str, web: Web) -> Offer:
    url = web.checked(text)
    name = words.file_name(unquote(url.raw_name))
    if name.lower().endswith(_NO_LORA):
        raise SourceRefused(f"{name} is not a .safetensors file, and adapters are taken only as such.")
    return Offer(
        source=SOURCE.name,
        url=str(url),
        file_name=name or "adapter",
        title=words.line(name.removesuffix(".safetensors")),
        page=str(url.with_query(None).with_fragment(None)),
    )


SOURCE = Source(
    name="link",
    takes="the https address of a .safetensors file, such as one in a release on GitHub",
    matches=_matches,
    offer=_offer,
    hosts=("github.com", "objects.githubusercontent.com", "release-assets.githubusercontent.com"),
)
