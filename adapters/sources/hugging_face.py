"""Repositories on Hugging Face, pinned to the commit they are at when they are asked for.

https://huggingface.co/docs/hub/api: `/api/models/{repo}/revision/{revision}?blobs=true` gives the commit, the files
with their sizes and hashes, and what the model card says.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

from adapters import words
from adapters.errors import SourceFailed, SourceRefused
from adapters.sources import shape
from adapters.sources.hosts import host_of
from adapters.sources.offer import Offer
from adapters.sources.source import Source
from adapters.sources.web import Web

_HOST = "huggingface.co"
_HOSTS = (_HOST, "www.huggingface.co", "hf.co")
_SHORT = "hf:"
_USUAL = "pytorch_lora_weights.safetensors"
_ADULT = "not-for-all-audiences"
_LISTED = 5

_NAME = re.compile(r"(?!.*\.\.)[A-Za-z0-9_][A-Za-z0-9._-]{0,95}")
_REVISION = re.compile(r"(?!.*\.\.)[A-Za-z0-9_][A-Za-z0-9._/-]{0,199}")
_COMMIT = re.compile(r"[0-9a-f]{40}")
_WRITTEN = re.compile(r"(?P<repo>[^@:]+)(?:@(?P<revision>[^:]+))?(?::(?P<path>.+))?")
_ELSEWHERE = ("datasets", "spaces", "docs", "api", "papers", "collections", "models", "organizations", "settings")
_FORMS = "Write https://huggingface.co/owner/repository, the address of a file in it, or hf:owner/repository."
_LOGIN = (
    "Hugging Face has no such repository, or does not show it: a private or gated one needs the terms accepted on its "
    "page and a token in STYLESEAL_HUGGING_FACE_KEY."
)


@dataclass(frozen=True, slots=True)
class _Asked:
    repo: str
    revision: str
    path: str


def _matches(text: str) -> bool:
    return text.startswith(_SHORT) or host_of(text) in _HOSTS


async def _offer(text: str, web: Web) -> Offer:
    asked = _written(text.removeprefix(_SHORT)) if text.startswith(_SHORT) else _linked(web.checked(text).raw_path)
    if not all(map(_NAME.fullmatch, asked.repo.split("/"))) or asked.repo.count("/") != 1:
        raise SourceRefused(f"This names no repository of models on Hugging Face. {_FORMS}")
    if not _REVISION.fullmatch(asked.revision):
        raise SourceRefused(f"This names no branch, tag or commit of {asked.repo}. {_FORMS}")
    place = f"https://{_HOST}/api/models/{asked.repo}/revision/{quote(asked.revision, safe='')}?blobs=true"
    model = shape.entry(await web.json(place, SOURCE.said))
    commit = model.get("sha")
    if not isinstance(commit, str) or not _COMMIT.fullmatch(commit):
        raise SourceFailed("Hugging Face answered with something that cannot be read. Try again later.")
    return _described(asked, commit, _file(asked, shape.entries(model.get("siblings"))), model)


def _linked(path: str) -> _Asked:
    owner, name, kind, revision, *rest = [*map(unquote, path.strip("/").split("/")), "", "", "", ""]
    if owner in _ELSEWHERE or kind not in ("", "tree", "blob", "resolve", "raw"):
        raise SourceRefused(f"This page on Hugging Face is not that of a model. {_FORMS}")
    file = "/".join(rest).strip("/") if kind != "tree" else ""
    return _Asked(f"{owner}/{name}", revision or "main", file)


def _written(text: str) -> _Asked:
    found = _WRITTEN.fullmatch(text.strip())
    if found is None:
        raise SourceRefused(f"This names no repository on Hugging Face. {_FORMS}")
    return _Asked(found["repo"].strip("/"), found["revision"] or "main", (found["path"] or "").strip("/"))


def _file(asked: _Asked, siblings: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The one file that is meant, as the site describes it. Raises `SourceRefused`."""
    files = {name: file for file in siblings if isinstance(name := file.get("rfilename"), str)}
    usable = [name for name in files if name.lower().endswith(".safetensors")]
    if asked.path:
        if asked.path in usable:
            return files[asked.path]
        if asked.path in files:
            raise SourceRefused(f"{words.file_name(asked.path)} is not a .safetensors file. {_choice(usable)}")
        raise SourceRefused(f"{asked.repo} has no file {words.file_name(asked.path)}. {_choice(usable)}")
    if _USUAL in usable:
        return files[_USUAL]
    if len(usable) != 1:
        raise SourceRefused(f"Which file of {asked.repo} is meant has to be said. {_choice(usable)}")
    return files[usable[0]]


def _choice(usable: Sequence[str]) -> str:
    if not usable:
        return "There is no .safetensors file in it."
    more = f" and {len(usable) - _LISTED} more" if len(usable) > _LISTED else ""
    return f"It has {', '.join(words.line(name, words.TRIGGER) for name in usable[:_LISTED])}{more}."


def _described(asked: _Asked, commit: str, file: dict[str, Any], model: dict[str, Any]) -> Offer:
    path, lfs, card = file["rfilename"], shape.entry(file.get("lfs")), shape.entry(model.get("cardData"))
    licence = shape.joined(card.get("license"))
    owner, _, name = asked.repo.partition("/")
    try:
        where = quote(path)
    except UnicodeEncodeError:
        raise SourceRefused(f"The file {words.file_name(path)} has a name that cannot be asked for.") from None
    return Offer(
        source=SOURCE.name,
        url=f"https://{_HOST}/{asked.repo}/resolve/{commit}/{where}",
        file_name=words.file_name(path),
        size=next((size for size in map(shape.whole, (lfs.get("size"), file.get("size"))) if size is not None), None),
        sha256=shape.sha256(lfs.get("sha256")),
        title=words.line(name),
        triggers=words.triggers(shape.texts(card.get("instance_prompt"))),
        base=shape.joined(card.get("base_model")),
        licence=shape.joined(card.get("license_name")) or licence if licence == "other" else licence,
        credit=words.line(owner),
        page=f"https://{_HOST}/{asked.repo}",
        adult=True if _ADULT in shape.texts(model.get("tags")) + shape.texts(card.get("tags")) else None,
    )


SOURCE = Source(
    name="hugging_face",
    takes="a repository on Hugging Face, such as https://huggingface.co/owner/repository or hf:owner/repository",
    matches=_matches,
    offer=_offer,
    hosts=(_HOST, ".huggingface.co", "hf.co", ".hf.co"),
    key_hosts=(_HOST,),
    said={
        401: _LOGIN,
        403: _LOGIN,
        404: "Hugging Face has no such repository, branch or file. Check the address for a slip.",
        410: "Hugging Face has taken this repository down.",
        429: "Hugging Face was asked too often. Try again later, or set a token in STYLESEAL_HUGGING_FACE_KEY.",
        451: "Hugging Face may not give this repository out in the country this bot runs in.",
    },
)
