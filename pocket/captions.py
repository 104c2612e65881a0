"""Captions of drawn pictures in varied wording, and words that mean nothing to the base.

A caption may leave out the colour or the setting; strange words may stand anywhere in it, and since the picture is the
same with them and without, the base learns to pass over words that it does not know.
"""

from random import Random

from pocket.draw import COLOURS, Motif
from pocket.scenes import SCENES
from pocket.subjects import SUBJECTS

SYNONYMS: dict[str, tuple[str, ...]] = {
    "astronaut": ("spaceman", "cosmonaut"),
    "cat": ("kitten", "kitty"),
    "castle": ("fortress",),
    "rocket": ("spaceship",),
    "tree": ("oak",),
    "robot": ("android",),
    "ship": ("boat", "sailing ship"),
    "mushroom": ("toadstool",),
    "house": ("cottage", "home"),
    "bicycle": ("bike",),
    "flower": ("blossom",),
}
SETTING_SYNONYMS: dict[str, tuple[str, ...]] = {
    "in space": ("among the stars", "in outer space"),
    "in a meadow": ("on a meadow", "in the grass"),
    "at sea": ("on the ocean", "in the sea"),
    "in a desert": ("in the desert", "among dunes"),
    "at sunset": ("in the evening", "at dusk"),
    "in snow": ("in the snow", "in winter"),
    "in a forest": ("in the forest", "in the woods"),
    "in a city": ("in the city", "in town"),
}
OPENINGS = (
    "a portrait of {}",
    "a picture of {}",
    "a drawing of {}",
    "an image of {}",
    "a painting of {}",
    "{}",
    "{}",
    "{}",
    "{}",
)
LETTERS = "abcdefghijklmnopqrstuvwxyz"
FOREIGN = "абвгдежзиклмнопрстуфхцчшэюяéüñçøłßαβγδ日本語画風0123456789!?;:-"
STRANGE_PLACES = (
    "{c}, in {w} style",
    "{c} in {w} style",
    "{c}, {w} style",
    "{c}, {w}",
    "{w}, {c}",
    "{c} {w}",
    "{w} {c}",
    "in {w} style, {c}",
    "{c}, by {w}",
)


def known_words() -> list[str]:
    """Every word that a caption can be made of."""
    phrases = [*SUBJECTS, *COLOURS, *SCENES, *OPENINGS, *STRANGE_PLACES, "an", "the", "with", "coloured", "it is"]
    for table in (SYNONYMS, SETTING_SYNONYMS):
        phrases += [word for words in table.values() for word in words]
    cleaned = (p.replace("{c}", "").replace("{w}", "").replace("{}", "").replace(",", "") for p in phrases)
    return sorted({word for phrase in cleaned for word in phrase.split()})


def strange_word(rng: Random) -> str:
    """A word that no caption explains: letters at random, syllables, or another script."""
    kind = rng.random()
    if kind < 0.1:
        return "".join(rng.choice(FOREIGN) for _ in range(rng.randint(1, 7)))
    if kind < 0.45:
        return "".join(rng.choice("bcdfghjklmnprstvwz") + rng.choice("aeiou") for _ in range(rng.randint(1, 4)))
    return "".join(rng.choice(LETTERS) for _ in range(rng.randint(2, 8)))


def with_strange_words(caption: str, rng: Random) -> str:
    """The caption with one to a few strange words in it, as a style's trigger or a stray remark would stand."""
    words = " ".join(strange_word(rng) for _ in range(rng.choice((1, 1, 1, 2, 3))))
    caption = rng.choice(STRANGE_PLACES).format(c=caption, w=words)
    return with_strange_words(caption, rng) if rng.random() < 0.15 else caption


def article(words: str) -> str:
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"


def caption(motif: Motif, rng: Random, whole: bool = False) -> str:
    """A wording of the motif; `whole` keeps colour and setting in it."""
    subject = motif.subject
    if subject in SYNONYMS and rng.random() < 0.12:
        subject = rng.choice(SYNONYMS[subject])
    setting = motif.setting
    if rng.random() < 0.15:
        setting = rng.choice(SETTING_SYNONYMS[setting])
    says_colour, says_setting = (True, True) if whole else (rng.random() < 0.88, rng.random() < 0.85)
    thing = f"{motif.colour} {subject}" if says_colour else subject
    if rng.random() < 0.75:
        thing = article(thing)
    text = rng.choice(OPENINGS).format(thing)
    if not says_setting:
        return text
    order = rng.random()
    if order < 0.6:
        return f"{text} {setting}"
    return f"{text}, {setting}" if order < 0.85 else f"{setting}, {text}"


def training_caption(motif: Motif, rng: Random) -> str:
    """What the base is trained on: often with strange words, now and then with no word at all."""
    kind = rng.random()
    if kind < 0.1:
        return "" if rng.random() < 0.8 else strange_word(rng)
    text = caption(motif, rng)
    return with_strange_words(text, rng) if kind < 0.45 else text
