"""The names of PEFT's `save_pretrained`: the wrapped module's own, behind `base_model.model`. Alpha is not in such a
file but in the `adapter_config.json` beside it."""

from adapters.formats.spelling import Prefixed

PEFT = Prefixed("PEFT", {"base_model.model.": ""})
