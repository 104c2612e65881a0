"""Every value the protocol can carry, for hypothesis."""

import struct
import zlib

from hypothesis import strategies as st

from protocol import errors, events, limits
from protocol.order import PaintOrder
from protocol.paint import AdapterUse, PaintRequest


def png(width: int, height: int) -> bytes:
    """A whole black picture, so that what reads more than the header is content too."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = zlib.compress(b"\0" * height * (width + 1))
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


_plain = st.characters(exclude_categories=("Cc", "Cs"))
_lines = st.one_of(_plain, st.sampled_from("\n\t"))


def line(longest: int, shortest: int = 0) -> st.SearchStrategy[str]:
    return st.text(_plain, min_size=shortest, max_size=longest)


prompts = st.text(_lines, min_size=1, max_size=80).filter(lambda text: bool(text.strip()))
sha256s = st.text("0123456789abcdef", min_size=64, max_size=64)
sizes = st.integers(8, 256).map(lambda eighths: eighths * 8)
pngs = st.builds(png, st.integers(1, 40), st.integers(1, 40))
counts = st.integers(0, 2**63 - 1)
adapter_uses = st.builds(AdapterUse, sha256s, st.floats(*limits.WEIGHT), line(limits.TRIGGER_CHARACTERS))


@st.composite
def requests(draw: st.DrawFn) -> PaintRequest:
    width, height = draw(st.one_of(st.just((None, None)), st.tuples(sizes, sizes)))
    count = draw(st.integers(*limits.COUNT))
    image = draw(st.none() | pngs | st.just(b"\xff\xd8\xff\xe0 a JPEG"))
    return PaintRequest(
        prompt=draw(prompts),
        negative_prompt=draw(st.none() | st.text(_lines, max_size=20)),
        adapters=tuple(draw(st.lists(adapter_uses, max_size=limits.ADAPTERS, unique_by=lambda use: use.sha256))),
        width=width,
        height=height,
        steps=draw(st.none() | st.integers(*limits.STEPS)),
        guidance_scale=draw(st.none() | st.floats(*limits.GUIDANCE_SCALE)),
        sampler=draw(st.none() | st.sampled_from(limits.SAMPLERS)),
        seed=draw(st.none() | st.integers(0, 2**63 - count)),
        count=count,
        init_image=image,
        strength=None if image is None else draw(st.none() | st.floats(0, 1, exclude_min=True)),
        base=draw(line(40)),
    )


orders = st.builds(
    PaintOrder,
    request=requests(),
    stream=st.booleans(),
    partial_images=st.integers(*limits.PARTIAL_IMAGES),
    priority=st.integers(*limits.PRIORITY),
    idempotency_key=st.none() | line(40, 1).filter(lambda key: bool(key.strip())),
    latents=st.booleans(),
)


@st.composite
def any_errors(draw: st.DrawFn) -> errors.StyleSealError:
    cls, sentence = draw(st.sampled_from(errors.ERRORS)), draw(st.text(min_size=1))
    param = draw(st.none() | st.text(max_size=20))
    if cls is errors.UnknownAdapter:
        return errors.UnknownAdapter(draw(sha256s), sentence, param=param)
    return cls(sentence, param=param)


@st.composite
def progress(draw: st.DrawFn) -> events.Progress:
    steps = draw(st.integers(*limits.STEPS))
    return events.Progress(index=draw(counts), step=draw(st.integers(0, steps)), steps=steps)


any_events: st.SearchStrategy[events.Event] = st.one_of(
    st.builds(events.Queued, counts),
    progress(),
    st.builds(events.PartialImage, png=pngs, index=counts, step=counts, partial_image_index=counts, created_at=counts),
    st.builds(
        events.Completed,
        png=pngs,
        index=counts,
        seed=counts,
        prompt_used=prompts,
        cut=st.text(_lines, max_size=20),
        lane=st.sampled_from(("bank", "fused", "pipeline")),
        seconds=st.floats(0, 1e6),
        created_at=counts,
        latents=st.binary(max_size=40).map(lambda data: data[: len(data) // 4 * 4]),
    ),
    st.builds(events.Failed, any_errors()),
)
