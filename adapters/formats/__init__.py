"""The spellings of adapter files. A new one is a file here and one line in the table."""

from adapters.formats.attention_processors import AttentionProcessors
from adapters.formats.bare import BARE
from adapters.formats.diffusers import DIFFUSERS
from adapters.formats.kohya import KOHYA
from adapters.formats.lycoris import LYCORIS
from adapters.formats.original import ORIGINAL
from adapters.formats.peft import PEFT
from adapters.formats.spelling import Spelling

SPELLINGS: tuple[Spelling, ...] = (
    KOHYA,
    LYCORIS,
    AttentionProcessors("diffusers' attention processors"),  # before diffusers, whose prefixes it shares
    DIFFUSERS,
    PEFT,
    ORIGINAL,
    BARE,  # takes every key that no other does
)
