"""The names of diffusers' `save_lora_weights`: the component, then the module as it is named there, with `lora_A` or,
until 2023, `lora.down`."""

from adapters.formats.spelling import Prefixed

DIFFUSERS = Prefixed(
    "diffusers",
    {
        "unet.": "unet",
        "transformer.": "unet",
        "text_encoder.": "text_encoder",
        "text_encoder_2.": "text_encoder_2",
        "text_encoder_3.": "text_encoder_3",
    },
)
