"""What to paint: everything that decides a picture, and nothing about who asked or how it is served.

The JSON form is the body of OpenAI's `POST /v1/images/generations`, with what LoRA serving needs besides.
"""

import secrets
from dataclasses import dataclass
from typing import Any, Self

from protocol import checks, limits
from protocol.encoding import picture_from_json, picture_to_json, size_from_json, size_to_json
from protocol.errors import InvalidRequest

IGNORED_KEYS = ("model", "user", "quality", "style", "background", "moderation")
"""OpenAI's own that decide nothing here; accepted so that existing clients need no change."""
SERVING_KEYS = (
    "stream",
    "partial_images",
    "priority",
    "idempotency_key",
    "latents",
    "response_format",
    "output_format",
)
"""How the request is served (`protocol.order`); no part of what is painted."""
REQUEST_KEYS = (
    *("prompt", "negative_prompt", "adapters", "size", "steps", "guidance_scale", "sampler", "seed", "n"),
    *("image", "strength", "base"),
)


@dataclass(frozen=True, slots=True)
class AdapterUse:
    """One adapter in a request: which file, how strongly (1.0 is as trained), and the words that wake it."""

    sha256: str
    weight: float = 1.0
    trigger: str = ""

    def __post_init__(self) -> None:
        checks.sha256("sha256 of an adapter", self.sha256, param="adapters")
        weight = checks.real("weight of an adapter", self.weight, limits.WEIGHT, param="adapters")
        object.__setattr__(self, "weight", weight)
        longest = limits.TRIGGER_CHARACTERS
        checks.text("trigger of an adapter", self.trigger, longest, blank=True, lines=False, param="adapters")

    def to_json(self) -> dict[str, Any]:
        return {"sha256": self.sha256, "weight": self.weight, "trigger": self.trigger}

    @classmethod
    def from_json(cls, data: object) -> Self:
        data = checks.mapping("adapters[]", data)
        checks.known_keys("adapters[]", data, ("sha256", "weight", "trigger"))
        return cls(data.get("sha256", ""), data.get("weight", 1.0), data.get("trigger", ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderDefaults:
    """What a base paints with where the request leaves it open. Sizes in pixels."""

    width: int
    height: int
    steps: int
    guidance_scale: float
    sampler: str

    def __post_init__(self) -> None:
        _check_rendering(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaintRequest:
    """A picture, or `count` of them: picture i is painted with seed + i.

    None leaves the choice to the base (`with_defaults`); for the negative prompt, None is *no* negative prompt, which
    is not the same as an empty one. Width and height are pixels. `base` is the fingerprint the picture must be painted
    on; empty takes whichever base is loaded. Raises `InvalidRequest` for a value its field cannot have.
    """

    prompt: str
    negative_prompt: str | None = None
    adapters: tuple[AdapterUse, ...] = ()
    width: int | None = None
    height: int | None = None
    steps: int | None = None
    guidance_scale: float | None = None
    sampler: str | None = None
    seed: int | None = None
    count: int = 1
    init_image: bytes | None = None
    strength: float | None = None
    base: str = ""

    def __post_init__(self) -> None:
        checks.text("prompt", self.prompt, limits.PROMPT_CHARACTERS, blank=False)
        if self.negative_prompt is not None:
            checks.text("negative_prompt", self.negative_prompt, limits.PROMPT_CHARACTERS, blank=True)
        checks.text("base", self.base, limits.BASE_CHARACTERS, blank=True, lines=False)
        _check_adapters(self.adapters)
        if (self.width is None) != (self.height is None):
            raise InvalidRequest("size must give width and height together, and one of them is missing.", param="size")
        _check_rendering(self)
        checks.whole("count", self.count, limits.COUNT, param="n")
        if self.seed is not None:
            low, high = limits.SEED
            checks.whole("seed", self.seed, (low, high - self.count + 1))
        _check_init(self)

    def with_defaults(self, defaults: RenderDefaults) -> "ResolvedRequest":
        """The same request with nothing left open: the base's defaults filled in, and a seed drawn if it has none."""
        strength = self.strength
        if self.init_image is not None and strength is None:
            strength = limits.DEFAULT_STRENGTH
        return ResolvedRequest(
            prompt=self.prompt,
            negative_prompt=self.negative_prompt,
            adapters=self.adapters,
            width=defaults.width if self.width is None else self.width,
            height=defaults.height if self.height is None else self.height,
            steps=defaults.steps if self.steps is None else self.steps,
            guidance_scale=defaults.guidance_scale if self.guidance_scale is None else self.guidance_scale,
            sampler=defaults.sampler if self.sampler is None else self.sampler,
            seed=secrets.randbits(limits.DRAWN_SEED_BITS) if self.seed is None else self.seed,
            count=self.count,
            init_image=self.init_image,
            strength=strength,
            base=self.base,
        )

    def to_json(self) -> dict[str, Any]:
        """What is left open is left out."""
        size = None if self.width is None or self.height is None else size_to_json(self.width, self.height)
        form = {
            "prompt": self.prompt,
            "negative_prompt": self.negative_prompt,
            "adapters": [use.to_json() for use in self.adapters],
            "size": size,
            "steps": self.steps,
            "guidance_scale": self.guidance_scale,
            "sampler": self.sampler,
            "seed": self.seed,
            "n": self.count,
            "image": None if self.init_image is None else picture_to_json(self.init_image),
            "strength": self.strength,
            "base": self.base or None,
        }
        return {key: value for key, value in form.items() if value is not None}

    @classmethod
    def from_json(cls, data: object) -> Self:
        """Raises `InvalidRequest`, also for a key that means nothing here: a typo must not pass as a default."""
        data = checks.mapping("the request", data)
        checks.known_keys("the request", data, (*REQUEST_KEYS, *SERVING_KEYS, *IGNORED_KEYS))
        size = data.get("size", "auto")
        width, height = (None, None) if size == "auto" else size_from_json(size)
        adapters = data.get("adapters", [])
        if not isinstance(adapters, list):
            raise checks.refuse("adapters", "a list", adapters)
        return cls(
            prompt=data.get("prompt", ""),
            negative_prompt=data.get("negative_prompt"),
            # One more than is allowed is enough to be refused.
            adapters=tuple(AdapterUse.from_json(use) for use in adapters[: limits.ADAPTERS + 1]),
            width=width,
            height=height,
            steps=data.get("steps"),
            guidance_scale=data.get("guidance_scale"),
            sampler=data.get("sampler"),
            seed=data.get("seed"),
            count=data.get("n", 1),
            init_image=picture_from_json("image", data["image"], limits.IMAGE_BYTES) if "image" in data else None,
            strength=data.get("strength"),
            base=data.get("base", ""),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedRequest(PaintRequest):
    """A request with nothing left open: painted twice on the same base, it gives the same picture."""

    width: int
    height: int
    steps: int
    guidance_scale: float
    sampler: str
    seed: int

    def __post_init__(self) -> None:
        PaintRequest.__post_init__(self)  # super() does not work in a dataclass with slots
        for name in ("width", "height", "steps", "guidance_scale", "sampler", "seed"):
            if getattr(self, name) is None:
                raise InvalidRequest(f"{name} is missing from a request that leaves nothing open.", param=name)
        if self.init_image is not None and self.strength is None:
            raise InvalidRequest("strength is missing from a request that leaves nothing open.", param="strength")


def _check_rendering(form: "PaintRequest | RenderDefaults") -> None:
    for name in ("width", "height"):
        if (pixels := getattr(form, name)) is not None:
            checks.whole(name, pixels, limits.SIZE_PIXELS, multiple=limits.SIZE_MULTIPLE, param="size")
    if form.steps is not None:
        checks.whole("steps", form.steps, limits.STEPS)
    if form.guidance_scale is not None:
        scale = checks.real("guidance_scale", form.guidance_scale, limits.GUIDANCE_SCALE)
        object.__setattr__(form, "guidance_scale", scale)
    if form.sampler is not None:
        checks.one_of("sampler", form.sampler, limits.SAMPLERS)


def _check_adapters(adapters: object) -> None:
    if not isinstance(adapters, tuple) or not all(isinstance(use, AdapterUse) for use in adapters):
        raise checks.refuse("adapters", "a tuple of AdapterUse", adapters)
    if len(adapters) > limits.ADAPTERS:
        raise InvalidRequest(f"adapters must be at most {limits.ADAPTERS}.", param="adapters")
    hashes = [use.sha256 for use in adapters]
    for sha256 in hashes:
        if hashes.count(sha256) > 1:
            raise InvalidRequest(f"adapters must differ, and {sha256[:12]} is there twice.", param="adapters")


def _check_init(request: PaintRequest) -> None:
    if request.init_image is not None:
        checks.picture("image", request.init_image, limits.IMAGE_BYTES)
    if request.strength is not None:
        strength = checks.real("strength", request.strength, limits.STRENGTH, above=True)
        if request.init_image is None:
            raise InvalidRequest("strength says how far to leave an image, and there is none.", param="strength")
        object.__setattr__(request, "strength", strength)
