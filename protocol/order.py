"""A paint request plus how it is to be served: streamed or not, how many previews, how urgent."""

from dataclasses import dataclass
from typing import Any, Self

from protocol import checks, limits
from protocol.paint import PaintRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class PaintOrder:
    """`partial_images` is the number of previews on the way; a higher `priority` goes first, 0 is a member's own;
    `latents` asks for a picture's final latents as well, for whoever wants to compare two.

    Two orders with one `idempotency_key` are one order sent twice. Raises `InvalidRequest`.
    """

    request: PaintRequest
    stream: bool = False
    partial_images: int = 0
    priority: int = 0
    idempotency_key: str | None = None
    latents: bool = False

    def __post_init__(self) -> None:
        checks.flag("stream", self.stream)
        checks.flag("latents", self.latents)
        checks.whole("partial_images", self.partial_images, limits.PARTIAL_IMAGES)
        checks.whole("priority", self.priority, limits.PRIORITY)
        if self.idempotency_key is not None:
            key, longest = self.idempotency_key, limits.KEY_CHARACTERS
            checks.text("idempotency_key", key, longest, blank=False, lines=False)

    def to_json(self) -> dict[str, Any]:
        """The HTTP body: the request's keys with these beside them."""
        form = {
            "stream": self.stream,
            "partial_images": self.partial_images,
            "priority": self.priority,
            "latents": self.latents,
            "response_format": "b64_json",
        }
        key = {} if self.idempotency_key is None else {"idempotency_key": self.idempotency_key}
        return self.request.to_json() | form | key

    @classmethod
    def from_json(cls, data: object) -> Self:
        request = PaintRequest.from_json(data)
        data = checks.mapping("the request", data)
        checks.one_of("response_format", data.get("response_format", "b64_json"), ("b64_json",))
        checks.one_of("output_format", data.get("output_format", "png"), ("png",))
        return cls(
            request=request,
            stream=data.get("stream", False),
            partial_images=data.get("partial_images", 0),
            priority=data.get("priority", 0),
            idempotency_key=data.get("idempotency_key"),
            latents=data.get("latents", False),
        )
