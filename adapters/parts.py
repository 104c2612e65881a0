"""The parts of an adapter's module, by how the names of their tensors end.

Sources: the state dicts that sd-scripts, diffusers, PEFT and LyCORIS write.
"""

from collections.abc import Iterator

PARTS = {
    ".lora_down.weight": "down",
    ".lora_up.weight": "up",
    ".lora_mid.weight": "mid",
    ".lora_A.weight": "down",
    ".lora_B.weight": "up",
    ".lora_A.default.weight": "down",
    ".lora_B.default.weight": "up",
    ".lora.down.weight": "down",
    ".lora.up.weight": "up",
    ".lora_linear_layer.down.weight": "down",
    ".lora_linear_layer.up.weight": "up",
    ".lora_magnitude_vector": "magnitude",
    ".lora_magnitude_vector.weight": "magnitude",
    ".lora_magnitude_vector.default.weight": "magnitude",
    ".dora_scale": "dora_scale",
    ".alpha": "alpha",
    ".diff": "diff",
    ".diff_b": "diff_b",
}
"""Those of LoHa and LoKr are named as in the files: hada_w1_a, lokr_w2 and so on."""
_HADA = ("hada_w1_a", "hada_w1_b", "hada_w2_a", "hada_w2_b", "hada_t1", "hada_t2")
_LOKR = ("lokr_w1", "lokr_w1_a", "lokr_w1_b", "lokr_w2", "lokr_w2_a", "lokr_w2_b", "lokr_t2")
PARTS |= {f".{name}": name for name in _HADA + _LOKR}

_LEVELS = 3
"""Dots in the longest ending."""

NOT_TAKEN = {
    ".oft_blocks": "OFT or BOFT",
    ".oft_diag": "OFT",
    ".oft_R": "OFT",
    ".oft_R.weight": "OFT",
    ".boft_R": "BOFT",
    ".rescale": "OFT or BOFT",
    ".a1.weight": "GLoRA",
    ".a2.weight": "GLoRA",
    ".b1.weight": "GLoRA",
    ".b2.weight": "GLoRA",
    ".bm.weight": "GLoRA",
    ".on_input": "IA3",
    ".ia3_l": "IA3",
    ".lambda_layer": "T-LoRA",
    ".vera_lambda_b": "VeRA",
    ".vera_lambda_d": "VeRA",
    ".w_norm": "trained normalisation layers",
    ".b_norm": "trained normalisation layers",
    ".lokr_t1": "LoKr with a Tucker core in its first matrix",
    ".lora_embedding_A": "trained token embeddings",
    ".lora_embedding_B": "trained token embeddings",
    ".set_weight": "replaced weights",
}
"""What the engine cannot paint with, by what it is called."""


def endings(key: str) -> Iterator[str]:
    """The ways a key may end: from each of its last dots on, the longest first."""
    levels = key.rsplit(".", _LEVELS)
    return (f".{'.'.join(levels[at:])}" for at in range(1, len(levels)))


def split(key: str) -> tuple[str, str] | None:
    """The key without its ending, and the part that the ending stands for; None where it stands for none."""
    found = next((ending for ending in endings(key) if ending in PARTS), None)
    return None if found is None else (key.removesuffix(found), PARTS[found])


def not_taken(key: str) -> str:
    """What the key is a part of, where that is known and not taken; otherwise nothing."""
    return next((NOT_TAKEN[ending] for ending in endings(key) if ending in NOT_TAKEN), "")
