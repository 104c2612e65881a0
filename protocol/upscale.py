"""A picture painted again at twice its size, over itself: the same style, with the details that there is room for."""

from typing import Any

from protocol.paint import ResolvedRequest

FACTOR = 2
STRENGTH = 0.35
"""How far to leave the picture: enough for new detail, too little for another subject."""


def upscale_fields(request: ResolvedRequest, picture: bytes) -> dict[str, Any]:
    """What a `PaintRequest` for the larger picture has otherwise than that of the picture, a file's bytes."""
    return {
        "width": FACTOR * request.width,
        "height": FACTOR * request.height,
        "init_image": picture,
        "strength": STRENGTH,
    }
