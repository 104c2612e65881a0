"""The first names diffusers had (until 0.20): LoRA as attention processors, `attn1.processor.to_q_lora.down.weight`,
with the component before them or without, in text encoders `self_attn.to_q_lora`."""

import re

from adapters.formats.spelling import Spelling, Spelt

_END = re.compile(r"to_(q|k|v|out)_lora\.(down\.weight|up\.weight|alpha)")
_PROCESSOR = ".processor"
_COMPONENTS = ("unet", "text_encoder", "text_encoder_2")
_PARTS = {"down.weight": "down", "up.weight": "up", "alpha": "alpha"}


class AttentionProcessors(Spelling):
    def matches(self, key: str) -> bool:
        return _split(key) is not None

    def read(self, key: str) -> Spelt | None:
        if (found := _split(key)) is None:
            return None
        place, which, part = found
        processor = place.endswith(_PROCESSOR)
        place = place.removesuffix(_PROCESSOR)
        component, _, path = place.partition(".")
        if component not in _COMPONENTS:
            component, path = "", place
        in_text = component.startswith("text_encoder") or (not processor and path.endswith("self_attn"))
        return Spelt(component, f"{path}.{_projection(which, in_text)}", _PARTS[part])


def _split(key: str) -> tuple[str, str, str] | None:
    """What is before the projection, which one it is, and the part."""
    place, _, end = key.rpartition(".to_")
    found = _END.fullmatch(f"to_{end}")
    return (place, found[1], found[2]) if found is not None and place else None


def _projection(which: str, in_text: bool) -> str:
    if in_text:
        return f"{which}_proj"
    return "to_out.0" if which == "out" else f"to_{which}"
