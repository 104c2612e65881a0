"""Where the engine stands: loading its base, or ready with a studio. One that cannot load its base ends."""

from dataclasses import dataclass, replace
from importlib.metadata import version
from io import BytesIO

from PIL import Image, UnidentifiedImageError

from engine.base import Base
from engine.init_image import FORMATS
from engine.jobs import Jobs
from engine.painter import Painter
from engine.samplers import check_steps
from engine.shelf import Shelf
from protocol.errors import BaseMissing, InvalidRequest, UnknownAdapter, UnknownBase
from protocol.limits import IMAGE_PIXELS
from protocol.paint import PaintRequest, ResolvedRequest


@dataclass(frozen=True, slots=True)
class Studio:
    """A loaded base with its adapters, its queue and whoever paints."""

    base: Base
    shelf: Shelf
    jobs: Jobs
    painter: Painter
    max_pixels: int

    def admit(self, request: PaintRequest) -> ResolvedRequest:
        """The request with nothing left open, if it can be painted here. Raises what is wrong with it."""
        if request.base and request.base != self.base.fingerprint:
            raise UnknownBase(
                f"The request is for the base {request.base[:12]}, and the engine has {self.base.name} "
                f"({self.base.fingerprint[:12]}) loaded.",
                param="base",
            )
        resolved = request.with_defaults(self.base.defaults)
        if resolved.width * resolved.height > self.max_pixels:
            raise InvalidRequest(
                f"size {resolved.width}x{resolved.height} is more than this engine's {self.max_pixels} pixels.",
                param="size",
            )
        if resolved.sampler not in self.base.samplers:
            known = ", ".join(self.base.samplers)
            raise InvalidRequest(f"This base is painted with {known}, not {resolved.sampler}.", param="sampler")
        check_steps(resolved.sampler, self.base.pipe.scheduler, resolved.steps)
        multiple = self.base.size_multiple
        if resolved.width % multiple or resolved.height % multiple:
            raise InvalidRequest(f"size must be multiples of {multiple} pixels on this base.", param="size")
        if resolved.init_image is not None:
            check_image(resolved.init_image)
        for use in resolved.adapters:
            if not self.shelf.path(use.sha256).exists():
                raise UnknownAdapter(use.sha256)
        return replace(resolved, base=self.base.fingerprint)


class EngineState:
    """What the server asks before anything else; changed by the loader alone."""

    def __init__(self) -> None:
        self.detail = "Starting."
        self._studio: Studio | None = None

    @property
    def ready(self) -> bool:
        return self._studio is not None

    def open(self, studio: Studio) -> None:
        self._studio = studio
        self.detail = f"Painting with {studio.base.name} on {studio.base.placement.device}."

    def studio(self) -> Studio:
        """Raises `BaseMissing` while there is none."""
        if self._studio is None:
            raise BaseMissing(f"The engine is not ready yet. {self.detail}")
        return self._studio

    def health(self) -> dict[str, str]:
        status = "ready" if self.ready else "loading"
        return {"status": status, "detail": self.detail, "version": version("styleseal")}


def check_image(picture: bytes) -> None:
    """Raises `InvalidRequest` for a picture whose header cannot be read, or which would fill the memory unpacked."""
    try:
        with Image.open(BytesIO(picture), formats=FORMATS) as image:
            pixels = image.width * image.height
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise InvalidRequest("The image cannot be decoded; send a PNG, JPEG or WebP file.", param="image") from error
    except Image.DecompressionBombError:
        pixels = IMAGE_PIXELS + 1
    if pixels > IMAGE_PIXELS:
        raise InvalidRequest(f"image must have at most {IMAGE_PIXELS // 10**6} million pixels.", param="image")
