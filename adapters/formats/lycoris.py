"""The names of LyCORIS where it wraps one module by itself: levels by underscores, without the component."""

from adapters.formats.spelling import Prefixed

LYCORIS = Prefixed("LyCORIS", {"lycoris_": ""})
