"""A finished picture as its last event: a PNG that says in itself how it was painted."""

import hashlib
from dataclasses import replace
from importlib.metadata import version
from io import BytesIO

from PIL import Image

from engine.base import Base
from engine.jobs import Job
from engine.pipeline_lane import Picture
from protocol.events import Completed
from protocol.parameters import Painted, embed

VERSIONS = tuple((name, version(name)) for name in ("styleseal", "torch", "diffusers", "peft"))


def completed(
    base: Base, job: Job, picture: Picture, lane: str, seconds: float, flagged: bool | None = None
) -> Completed:
    return Completed(
        png=embed(as_png(picture.image), record(base, job, picture, lane)),
        index=picture.index,
        seed=job.request.seed + picture.index,
        prompt_used=picture.composed.text,
        cut=picture.composed.cut,
        lane=lane,
        seconds=seconds,
        latents=picture.latents.float().cpu().numpy().astype("<f4").tobytes() if job.order.latents else b"",
        flagged=flagged,
    )


def record(base: Base, job: Job, picture: Picture, lane: str) -> Painted:
    """What the picture says of itself."""
    request = job.request
    image = request.init_image
    own = replace(request, seed=request.seed + picture.index, count=1, init_image=None, strength=None)
    placement = (("dtype", base.placement.dtype_name), ("device", base.placement.device.type))
    return Painted(
        request=own,
        prompt_used=picture.composed.text,
        base_name=base.name,
        base_fingerprint=base.fingerprint,
        lane=lane,
        batch=picture.batch,
        versions=(*VERSIONS, *placement),
        image_sha256=hashlib.sha256(image).hexdigest() if image is not None else "",
        strength=request.strength,
    )


def as_png(image: Image.Image) -> bytes:
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
