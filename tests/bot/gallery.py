"""What a page of the gallery and a style's card show, as members meet them."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from adapters.library import Library, Quota
from adapters.styles import Style
from tests.adapters.files import tiny_adapter, write_styles

Json = dict[str, Any]


def parts(message: Json) -> Iterator[Json]:
    """All components, those inside others as well."""

    def within(components: Sequence[Json]) -> Iterator[Json]:
        for one in components:
            yield one
            yield from within(one.get("components", []))
            yield from within([one["accessory"]] if "accessory" in one else [])

    return within(message["components"])


def words(message: Json) -> str:
    return "\n".join(one["content"] for one in parts(message) if one["type"] == 10)


def labels(message: Json, *, enabled: bool = False) -> list[str]:
    return [one["label"] for one in parts(message) if one["type"] == 2 and not (enabled and one.get("disabled"))]


def listed(message: Json) -> list[str]:
    """The names of the styles on a page, in their order."""
    [menu] = [one for one in parts(message) if one.get("placeholder") in ("Look at a style", "Посмотреть стиль")]
    return [option["label"] for option in menu["options"]]


def pictures(message: Json) -> list[str]:
    """Addresses of its thumbnails and of its media gallery, in their order."""
    thumbnails = [one["media"]["url"] for one in parts(message) if one["type"] == 11]
    return thumbnails + [item["media"]["url"] for one in parts(message) if one["type"] == 12 for item in one["items"]]


def add(data: Path, owner: int | str, name: str, number: int = 500, **fields: Any) -> Style:
    """A style of a server's, or of everyone's (""), in the library of a bot that may be running."""
    file = tiny_adapter(number)
    with closing(Library(data / "adapters")) as library, library.files.draft() as draft:
        draft.write_bytes(file)
        style = Style(name=name, path=draft, sha256=hashlib.sha256(file).hexdigest(), **fields)
        return library.add(draft, style, len(file), {}, str(owner), Quota(styles=10_000)).style


def folder_of(folder: Path, count: int) -> str:
    """A folder of that many styles of one file."""
    folder.mkdir(parents=True, exist_ok=True)
    if not count:
        return str(folder)
    write_styles(folder, "style0000")
    (one,) = json.loads((folder / "styles.json").read_text())["styles"]
    styles = [one | {"name": f"style{number:04}", "title": f"Title {number}"} for number in range(count)]
    (folder / "styles.json").write_text(json.dumps({"styles": styles}))
    return str(folder)
