"""From the words of the command line to a paint request: what was asked for now, over what a picture recorded."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from adapters.header import read_header
from adapters.styles import Catalogue, Style
from protocol import checks, limits
from protocol.checks import shown
from protocol.encoding import size_from_json
from protocol.errors import InvalidRequest
from protocol.paint import AdapterUse, PaintRequest
from protocol.parameters import Painted, painted_in
from protocol.presets import PRESETS
from protocol.upscale import upscale_fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """The options of `styleseal paint`, as they were given; None and empty are not given."""

    prompt: str | None = None
    like: Path | None = None
    upscale: Path | None = None
    styles: Sequence[str] = ()
    adapters: Sequence[Path] = ()
    weights: Sequence[float] = ()
    triggers: Sequence[str] = ()
    with_triggers: bool = True
    image: Path | None = None
    size: str | None = None
    preset: str | None = None
    fields: dict[str, Any]
    """Those that are fields of `PaintRequest` as they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """The request, what is worth saying about it, and what `like` recorded."""

    request: PaintRequest
    files: "Files"
    notes: tuple[str, ...] = ()
    recorded: Painted | None = None


class Files:
    """Adapter files by hash: those named on the command line, and those of the styles."""

    def __init__(self, catalogue: Catalogue, paths: Sequence[Path]) -> None:
        """Raises `AdapterRefused` for a file that is no adapter."""
        self._catalogue = catalogue
        self._named: dict[str, tuple[Path, bytes]] = {}
        for path in paths:
            read_header(path)
            data = path.read_bytes()
            self._named[hashlib.sha256(data).hexdigest()] = path, data
        self.hashes = tuple(self._named)

    def __call__(self, sha256: str) -> bytes:
        if sha256 in self._named:
            return self._named[sha256][1]
        if (style := self._catalogue.with_hash(sha256)) is not None:
            return style.read()
        raise InvalidRequest(
            f"The adapter {sha256[:12]} is in none of the styles here; name its file with --adapter.", param="adapters"
        )

    def name(self, sha256: str) -> str:
        """What a person calls the adapter: its style, or its file, or else the beginning of its hash."""
        if (style := self._catalogue.with_hash(sha256)) is not None:
            return style.name
        stem = self._named[sha256][0].stem[:100] if sha256 in self._named else ""
        return stem if stem.isprintable() and stem.strip() else sha256[:12]


def understand(wish: Wish, catalogue: Catalogue) -> Understood:
    """Raises `InvalidRequest` and `AdapterRefused`."""
    if wish.upscale is not None and wish.like is not None:
        raise InvalidRequest("--upscale paints that picture again by itself; leave --like out.", param="like")
    again = wish.upscale or wish.like
    picture = None if again is None else _read(again)
    recorded = None if picture is None else painted_in(picture)
    files = Files(catalogue, wish.adapters)
    given = {name: value for name, value in wish.fields.items() if value is not None}
    if wish.size is not None:
        given["width"], given["height"] = _size(wish.size)
    if wish.prompt is not None:
        given["prompt"] = wish.prompt
    if wish.image is not None:
        given["init_image"] = _read(wish.image)
    styles = [catalogue.named(name) for name in wish.styles]
    if wish.upscale is not None and recorded is not None and picture is not None:
        given = upscale_fields(recorded.request, picture) | given
    asked = _recorded_fields(recorded) | _preset_fields(wish, styles) | given
    if "prompt" not in asked:
        raise InvalidRequest("Say what to paint, or name a picture to paint again with --like.", param="prompt")
    if wish.upscale is None:
        _check_image(recorded, asked)
    asked["adapters"] = _adapters(wish, styles, files, recorded)
    notes = () if wish.upscale else _notes(recorded, asked)
    return Understood(request=PaintRequest(**asked), files=files, notes=notes, recorded=recorded)


def _preset_fields(wish: Wish, styles: Sequence[Style]) -> dict[str, Any]:
    """Sampler, steps and guidance of what makes painting faster: as asked for, or as the first style has it."""
    names = [wish.preset] if wish.preset else [style.preset for style in styles if style.preset]
    return {} if not names else PRESETS[checks.one_of("preset", names[0], tuple(PRESETS))].fields()


def _recorded_fields(recorded: Painted | None) -> dict[str, Any]:
    if recorded is None:
        return {}
    names = ("prompt", "negative_prompt", "width", "height", "steps", "guidance_scale", "sampler", "seed")
    return {name: getattr(recorded.request, name) for name in names} | {"strength": recorded.strength}


def _check_image(recorded: Painted | None, asked: dict[str, Any]) -> None:
    if recorded is not None and recorded.image_sha256 and "init_image" not in asked:
        raise InvalidRequest("That picture was painted over another one; name that with --image.", param="image")


def _notes(recorded: Painted | None, asked: dict[str, Any]) -> tuple[str, ...]:
    if recorded is None or not recorded.image_sha256:
        return ()
    if hashlib.sha256(asked["init_image"]).hexdigest() == recorded.image_sha256:
        return ()
    return ("The image given is not the one the recorded picture was painted over, so this will be another picture.",)


def _adapters(wish: Wish, styles: Sequence[Style], files: Files, recorded: Painted | None) -> tuple[AdapterUse, ...]:
    """Styles first, then files, each with the next weight; without either, those that were recorded."""
    recorded_uses = () if recorded is None else recorded.request.adapters
    known = {use.sha256 for use in recorded_uses}
    own = [sha256 for sha256 in files.hashes if sha256 not in known]
    uses = [*_styles(styles), *_files(own, wish.triggers)]
    chosen = _weighted(uses or list(recorded_uses), wish.weights)
    return tuple(chosen) if wish.with_triggers else tuple(replace(use, trigger="") for use in chosen)


def _styles(styles: Sequence[Style]) -> list[AdapterUse]:
    for style in styles:
        if styles.count(style) > 1:
            raise InvalidRequest(f"The style {style.name} is asked for twice; its --weight makes it stronger.")
    return [style.use() for style in styles]


def _files(hashes: Sequence[str], triggers: Sequence[str]) -> list[AdapterUse]:
    if len(triggers) > len(hashes):
        raise InvalidRequest("--trigger goes with --adapter, once for each; a style has its own.", param="trigger")
    words = [*triggers, *[""] * len(hashes)]
    return [AdapterUse(sha256, trigger=trigger) for sha256, trigger in zip(hashes, words, strict=False)]


def _weighted(uses: list[AdapterUse], weights: Sequence[float]) -> list[AdapterUse]:
    if len(weights) > len(uses):
        raise InvalidRequest(f"--weight is there {len(weights)} times, for {len(uses)} styles.", param="weight")
    return [replace(use, weight=weight) for use, weight in zip(uses, weights, strict=False)] + uses[len(weights) :]


def _size(text: str) -> tuple[int, int]:
    parts = text.lower().replace("×", "x")
    return size_from_json(parts if "x" in parts else f"{parts}x{parts}")


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > 4 * limits.IMAGE_BYTES:
            raise InvalidRequest(f"{path} is too large to be a picture for this.", param="image")
        return path.read_bytes()
    except OSError as wrong:
        raise InvalidRequest(
            f"The picture {shown(str(path))} cannot be read: {wrong.strerror}.", param="image"
        ) from wrong
