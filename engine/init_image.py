"""The image a picture starts from: decoded, and how many steps are left over it."""

import math
from io import BytesIO

from PIL import Image, UnidentifiedImageError

from protocol.errors import InvalidRequest
from protocol.paint import ResolvedRequest

FORMATS = ("PNG", "JPEG", "WEBP")
"""Those that the protocol takes, as Pillow calls them."""


def planned_steps(request: ResolvedRequest, flow: bool = False) -> int:
    """Denoising steps a request takes: over an init image only the last part of the schedule is run.

    The pipelines of flow-matching bases round that part up, the others down.

    Raises `InvalidRequest` where that part has no step.
    """
    if request.strength is None:
        return request.steps
    if flow:
        return request.steps - int(request.steps - request.steps * request.strength)
    steps = min(int(request.steps * request.strength), request.steps)
    if steps < 1:
        least = math.ceil(1 / request.strength)
        raise InvalidRequest(
            f"A strength of {request.strength:g} needs at least {least} steps, not {request.steps}.", param="steps"
        )
    return steps


def opened(picture: bytes, width: int, height: int) -> Image.Image:
    """An init image in RGB at the size to paint. Raises `InvalidRequest` for what cannot be decoded."""
    try:
        with Image.open(BytesIO(picture), formats=FORMATS) as image:
            return image.convert("RGB").resize((width, height), Image.Resampling.LANCZOS)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, EOFError, ValueError, SyntaxError) as error:
        raise InvalidRequest("The image cannot be decoded; send a PNG, JPEG or WebP file.", param="image") from error
