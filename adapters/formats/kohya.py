"""The names of kohya's sd-scripts, which LyCORIS, OneTrainer and ai-toolkit write as well: levels by underscores, in
the UNet as diffusers names them (SD 1.x, 2.x) or as Stability's code does (SDXL)."""

from adapters.formats.spelling import Prefixed

KOHYA = Prefixed(
    "kohya",
    {
        "lora_unet_": "unet",
        "lora_transformer_": "unet",
        "lora_te_": "text_encoder",
        "lora_te1_": "text_encoder",
        "lora_te2_": "text_encoder_2",
        "lora_te3_": "text_encoder_3",
    },
)
