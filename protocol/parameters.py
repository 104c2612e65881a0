"""What a finished picture says of itself: all that paints it again, inside its PNG file.

Two texts: `parameters`, which the readers of AUTOMATIC1111's pictures understand (`protocol.a1111`), and `styleseal`,
JSON, which loses nothing and which no prompt can forge. A copy as WebP has them in its EXIF: the first as the comment,
where those readers look for it, the second as the description, after its name and a colon.
"""

import json
from dataclasses import dataclass, replace
from typing import Any, Self

from protocol import a1111, checks, limits, webp
from protocol.errors import InvalidRequest
from protocol.paint import ResolvedRequest
from protocol.png import insert_text, read_text

KEY = "styleseal"
SHEET = "styleseal_sheet"
"""The record of a sheet of several (`protocol.sheet`)."""
VERSION = 1
"""Of the JSON form: raised when an older reader would misunderstand it, not when it gains a key."""

_TEXT = 10_000
_NAME = 200
_MANY = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Painted:
    """One picture: `request` with the picture's own seed and a count of 1, and what it met when it was painted.

    An init image is not kept: `image_sha256` is the hash of its file (empty for none) and `strength` how far it was
    left. `batch` is the shape of the latents it was denoised in ("2x8x16x16": rows, channels, height, width), which
    decides its last bits. `styles` names the request's adapters in their order, or is empty where names are not known.
    `versions` says which software painted, by name. Raises `InvalidRequest`.
    """

    request: ResolvedRequest
    prompt_used: str
    base_name: str
    base_fingerprint: str
    lane: str
    batch: str
    versions: tuple[tuple[str, str], ...] = ()
    styles: tuple[str, ...] = ()
    image_sha256: str = ""
    strength: float | None = None

    def __post_init__(self) -> None:
        if self.request.count != 1 or self.request.init_image is not None:
            raise InvalidRequest("A picture records a request for one picture, without its init image.")
        checks.text("prompt_used", self.prompt_used, _TEXT, blank=True)
        for name in ("base_name", "base_fingerprint", "lane", "batch"):
            checks.text(name, getattr(self, name), _NAME, blank=True, lines=False)
        for style in self.styles:
            checks.text("styles", style, _NAME, blank=False, lines=False)
        for text in (text for pair in self.versions for text in pair):
            checks.text("versions", text, _NAME, blank=True, lines=False)
        if self.styles and len(self.styles) != len(self.request.adapters):
            raise InvalidRequest("styles must name each adapter, or none.", param="styles")
        if self.image_sha256:
            checks.sha256("image_sha256", self.image_sha256)
        if (self.strength is None) == bool(self.image_sha256):
            raise InvalidRequest("strength and image_sha256 must be given together.", param="strength")
        if self.strength is not None:
            strength = checks.real("strength", self.strength, limits.STRENGTH, above=True)
            object.__setattr__(self, "strength", strength)

    @property
    def version(self) -> str:
        """Of StyleSeal; empty where it is not known."""
        return dict(self.versions).get(KEY, "")

    def request_with(self, init_image: bytes | None) -> ResolvedRequest:
        """The request that paints this picture again, over `init_image` where it was painted over one."""
        return replace(self.request, init_image=init_image, strength=None if init_image is None else self.strength)

    def to_a1111(self) -> str:
        names = self.styles or tuple(use.trigger or use.sha256[:12] for use in self.request.adapters)
        facts = a1111.Facts(
            base_name=self.base_name, base_fingerprint=self.base_fingerprint, version=self.version, names=names
        )
        return a1111.written(self.request, self.prompt_used, facts, self.strength)

    def to_json(self) -> dict[str, Any]:
        return {
            "version": VERSION,
            "request": self.request.to_json(),
            "image_sha256": self.image_sha256,
            "strength": self.strength,
            "prompt_used": self.prompt_used,
            "base": {"name": self.base_name, "fingerprint": self.base_fingerprint},
            "lane": self.lane,
            "batch": self.batch,
            "versions": dict(self.versions),
            "styles": list(self.styles),
        }

    @classmethod
    def from_json(cls, data: object) -> Self:
        """Raises `InvalidRequest`. Keys it does not know are passed over: a picture may be younger than its reader."""
        data = checks.mapping("the record", data)
        if data.get("version") != VERSION:
            raise InvalidRequest("This picture was recorded by another version of StyleSeal, in a form unknown here.")
        base = checks.mapping("base", data.get("base", {}))
        versions = checks.mapping("versions", data.get("versions", {}))
        styles = data.get("styles", [])
        if not isinstance(styles, list) or len(styles) > _MANY or len(versions) > _MANY:
            raise checks.refuse("styles", "a list of names", styles)
        return cls(
            request=ResolvedRequest.from_json(data.get("request")),
            image_sha256=data.get("image_sha256", ""),
            strength=data.get("strength"),
            prompt_used=data.get("prompt_used", ""),
            base_name=base.get("name", ""),
            base_fingerprint=base.get("fingerprint", ""),
            lane=data.get("lane", ""),
            batch=data.get("batch", ""),
            versions=tuple(versions.items()),
            styles=tuple(styles),
        )


def embed(png: bytes, painted: Painted) -> bytes:
    """The same picture with its record inside, over any it had. Raises `InvalidRequest` for what is no PNG file."""
    record = json.dumps(painted.to_json(), allow_nan=False)  # ASCII, so that every reader of PNG texts has it whole
    return insert_text(png, {a1111.KEY: painted.to_a1111(), KEY: record})


def exif_of(png: bytes) -> bytes:
    """The EXIF for a copy of this picture, from which `painted_in` reads the same; empty where it has no record.

    Raises `InvalidRequest` for what is no PNG file.
    """
    texts = read_text(png)
    described = next((f"{key}:{texts[key]}" for key in (KEY, SHEET) if key in texts), "")
    return webp.exif(comment=texts.get(a1111.KEY, ""), description=described) if described else b""


def painted_in(picture: bytes) -> Painted:
    """The record inside a picture, the bytes of a PNG or WebP file. Raises `InvalidRequest` where there is none, or one
    that cannot be read."""
    record = _described(picture) if webp.is_webp(picture) else read_text(picture).get(KEY)
    if record is None:
        raise InvalidRequest(
            "This picture does not say how it was painted: it is not StyleSeal's, or what it said was lost on the way."
        )
    try:
        data = json.loads(record)
    except (ValueError, RecursionError):
        raise InvalidRequest("What this picture says of how it was painted cannot be read.") from None
    return Painted.from_json(data)


def _described(picture: bytes) -> str | None:
    name, _, record = (webp.read_description(picture) or "").partition(":")
    return record if name == KEY else None
