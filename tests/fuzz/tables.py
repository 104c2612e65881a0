"""Two small bases to read files for: one of a few narrow layers, one of layers as wide as SDXL's widest."""

from adapters.layers import Layer
from adapters.names import Names

_BLOCK = "down_blocks.0.attentions.0.transformer_blocks.0"
_ENCODER = "text_model.encoder.layers.0"

NARROW = Names(
    {
        "unet.conv_in": Layer(4, 8, (3, 3)),
        "unet.time_embedding.linear_1": Layer(8, 32),
        "unet.down_blocks.0.resnets.0.conv1": Layer(8, 8, (3, 3)),
        "unet.down_blocks.0.resnets.0.conv_shortcut": Layer(8, 16, (1, 1)),
        "unet.down_blocks.0.attentions.0.proj_in": Layer(8, 8, (1, 1)),
        f"unet.{_BLOCK}.attn1.to_q": Layer(8, 8),
        f"unet.{_BLOCK}.attn1.to_out.0": Layer(8, 8),
        f"unet.{_BLOCK}.attn2.to_k": Layer(12, 8),
        f"unet.{_BLOCK}.ff.net.0.proj": Layer(8, 64),
        f"text_encoder.{_ENCODER}.self_attn.q_proj": Layer(8, 8),
        f"text_encoder.{_ENCODER}.mlp.fc1": Layer(8, 32),
        f"text_encoder_2.{_ENCODER}.self_attn.q_proj": Layer(16, 16),
        "text_encoder_2.text_projection": Layer(16, 8),
    }
)
WIDE = Names(
    {f"unet.{_BLOCK.replace('blocks.0', f'blocks.{n}')}.ff.net.0.proj": Layer(1280, 10_240) for n in range(12)}
    | {f"unet.down_blocks.{n}.resnets.0.conv1": Layer(1920, 1280, (3, 3)) for n in range(6)}
    | {f"text_encoder_2.text_model.encoder.layers.{n}.mlp.fc1": Layer(1280, 5120) for n in range(8)}
)
TABLES = {"narrow": NARROW, "wide": WIDE}
