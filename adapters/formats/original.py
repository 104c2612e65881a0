"""Names by Stability's code and ComfyUI, with dots: `diffusion_model.` before the denoiser's modules."""

from adapters.formats.spelling import Prefixed

ORIGINAL = Prefixed(
    "original",
    {
        "model.diffusion_model.": "unet",
        "diffusion_model.": "unet",
        "text_encoders.clip_l.transformer.": "text_encoder",
        "text_encoders.clip_h.transformer.": "text_encoder",
        "text_encoders.clip_g.transformer.": "text_encoder_2",
        "clip_l.": "text_encoder",
        "clip_g.": "text_encoder_2",
    },
)
