"""Models on Civitai, by their page, by a version's number or by AIR.

https://developer.civitai.com/site/reference: `/api/v1/models/{id}` describes a model with all its versions and files;
`/api/v1/model-versions/{id}` says which model a version is of. A model may be shown on one of the site's hosts only, so
the host that was written is the one that is asked.
"""

import re
from dataclasses import dataclass
from typing import Any

from yarl import URL

from adapters import words
from adapters.errors import SourceFailed, SourceRefused
from adapters.sources import shape
from adapters.sources.civitai_terms import adult, forbidden, licence
from adapters.sources.hosts import host_of
from adapters.sources.offer import Offer
from adapters.sources.source import Source
from adapters.sources.web import Web

_HOSTS = ("civitai.com", "civitai.red", "civitai.green")
_TYPES = ("LORA", "LoCon", "DoRA")
_PAGE = re.compile(r"/(?:api/v1/)?models/(?P<model>[0-9]{1,15})(?:/[^/]*)?/?")
_VERSION = re.compile(r"/(?:api/download/models|api/v1/model-versions|model-versions)/(?P<version>[0-9]{1,15})/?")
_AIR = re.compile(
    r"(?:urn:)?(?:air:)?(?:[a-z0-9_-]+:[a-z0-9_-]+:)?civitai:(?P<model>[0-9]{1,15})@(?P<version>[0-9]{1,15})", re.I
)
_SHORT = re.compile(r"civitai:(?P<version>[0-9]{1,15})", re.I)
_FORMS = "Write the address of the model's page, such as https://civitai.com/models/123, or civitai: and the version."
_UNREADABLE = "Civitai answered with something that cannot be read. Try again later."


@dataclass(frozen=True, slots=True)
class _Asked:
    host: str
    model: int | None
    version: int | None


def _matches(text: str) -> bool:
    return _site(text) in _HOSTS or re.match(r"(?:urn:air:|air:|civitai:)", text, re.I) is not None


async def _offer(text: str, web: Web) -> Offer:
    asked = _asked(text, web)
    number = asked.model if asked.model is not None else await _model_of(asked, web)
    model = shape.entry(await web.json(f"https://{asked.host}/api/v1/models/{number}", SOURCE.said))
    kind = words.line(model.get("type"), 40)
    if kind not in _TYPES:
        raise SourceRefused(f"On Civitai this is of type {kind or 'unknown'}; what is taken is {', '.join(_TYPES)}.")
    version = _version(asked, model)
    if forbidden(model, version):
        raise SourceRefused("Civitai marks this as adult and as showing a real person or a minor. It is not taken.")
    return _described(asked.host, number, model, version, _file(version))


def _site(text: str) -> str:
    return host_of(text).removeprefix("www.")


def _asked(text: str, web: Web) -> _Asked:
    if short := _SHORT.fullmatch(text) or _AIR.fullmatch(text):
        found = short.groupdict()
        return _Asked(_HOSTS[0], _number(found.get("model")), _number(found["version"]))
    if not (site := _site(text)):
        raise SourceRefused(f"This names no model on Civitai. {_FORMS}")
    url = web.checked(text)
    if page := _PAGE.fullmatch(url.raw_path):
        return _Asked(site, _number(page["model"]), _number(url.query.get("modelVersionId")))
    if version := _VERSION.fullmatch(url.raw_path):
        return _Asked(site, None, _number(version["version"]))
    raise SourceRefused(f"This page on Civitai is not that of a model. {_FORMS}")


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and re.fullmatch(r"[0-9]{1,15}", text) else None


async def _model_of(asked: _Asked, web: Web) -> int:
    answer = await web.json(f"https://{asked.host}/api/v1/model-versions/{asked.version}", SOURCE.said)
    number = shape.whole(shape.entry(answer).get("modelId"))
    if number is None:
        raise SourceFailed(_UNREADABLE)
    return number


def _version(asked: _Asked, model: dict[str, Any]) -> dict[str, Any]:
    versions = [
        entry for entry in shape.entries(model.get("modelVersions")) if shape.whole(entry.get("id")) is not None
    ]
    if asked.version is None and versions:
        return versions[0]  # the newest
    for version in versions:
        if version["id"] == asked.version:
            return version
    wanted = "a version" if asked.version is None else f"a version {asked.version}"
    raise SourceRefused(f"Civitai does not show {wanted} of this model. Check the address for a slip.")


def _file(version: dict[str, Any]) -> dict[str, Any]:
    """The file to fetch: the primary one first. Raises `SourceRefused` where none is a .safetensors file."""
    files = [file for file in shape.entries(version.get("files")) if file.get("type") == "Model"]
    if not files:
        raise SourceRefused("Civitai does not give out the file of this version: it can be used on the site only.")
    sound = [file for file in files if words.file_name(file.get("name")).lower().endswith(".safetensors")]
    if not sound:
        raise SourceRefused(
            "Civitai has this version only as a pickle, which can run programs. What is taken is .safetensors."
        )
    return next((file for file in sound if file.get("primary") is True), sound[0])


def _described(host: str, number: int, model: dict[str, Any], version: dict[str, Any], file: dict[str, Any]) -> Offer:
    kilobytes = shape.real(file.get("sizeKB"))
    names = (words.line(entry.get("name"), 90) for entry in (model, version))
    return Offer(
        source=SOURCE.name,
        url=_download(host, version["id"], file),
        file_name=words.file_name(file.get("name")),
        size=None if kilobytes is None else round(kilobytes * 1024),
        sha256=shape.sha256(shape.entry(file.get("hashes")).get("SHA256")),
        title=", ".join(name for name in names if name),
        triggers=words.triggers(shape.texts(version.get("trainedWords"))),
        base=words.line(version.get("baseModel")),
        licence=licence(model),
        credit=words.line(shape.entry(model.get("creator")).get("username")),
        page=f"https://{host}/models/{number}?modelVersionId={version['id']}",
        adult=adult(model, version),
    )


def _download(host: str, version: int, file: dict[str, Any]) -> str:
    """Where the file is: as the site says, if that is the place it should be, since a version may have several."""
    path = f"/api/download/models/{version}"
    try:
        said = URL(file.get("downloadUrl") or "")
        query = said.query_string if said.raw_path == path else ""
    except (TypeError, ValueError):
        query = ""
    return str(URL.build(scheme="https", host=host, path=path, query_string=query))


SOURCE = Source(
    name="civitai",
    takes="a model on Civitai, such as https://civitai.com/models/123 or civitai: and the number of its version",
    matches=_matches,
    offer=_offer,
    hosts=(
        *_HOSTS,
        *(f".{host}" for host in _HOSTS),
        # The account its files lie under; any other below r2.cloudflarestorage.com is somebody else's.
        ".5ac0637cfd0766c97916cefa3764fbdf.r2.cloudflarestorage.com",
    ),
    key_hosts=_HOSTS,
    said={
        401: "Civitai gives this only to those who log in: a key has to be set in STYLESEAL_CIVITAI_KEY.",
        403: "Civitai does not give this out to this bot: it may be in early access, or the key in "
        "STYLESEAL_CIVITAI_KEY may not be allowed to have it.",
        404: "{host} has no such model or version. Check the address for a slip; what is shown on another host of "
        "Civitai has to be named by its page there.",
        410: "Civitai has archived this model and does not give it out any more.",
        429: "Civitai's quota is used up. Try again later.",
        451: "Civitai may not give this out in the country this bot runs in.",
    },
)
