"""A real adapter is added through Discord to a bot whose engine is the real one, and painted in."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from adapters.styles import Catalogue
from playground.testing import Playground
from pocket.location import ADAPTERS
from tests.adapters.files import write_styles
from tests.bot.acting import bot, pictures, refused
from tests.bot.adding import added, clicked, filled_in, ink, kept, words_of

SECONDS = 120.0


def apart(card: bytes) -> float:
    """How far the two halves of a card are from each other, 0 to 255."""
    with Image.open(io.BytesIO(card)) as image:
        both = np.asarray(image.convert("RGB"), dtype=float)
    half = (both.shape[1] - 8) // 2
    return float(np.abs(both[:, :half] - both[:, -half:]).mean())


async def test_a_real_adapter_becomes_a_style_that_is_painted_in(
    playground: Playground, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REAL_ENGINE", "1")
    demo, admin, member = playground.demo, playground.as_(playground.demo.owner), playground.as_(playground.demo.member)
    write_styles(tmp_path / "styles")
    neon = Catalogue.of(ADAPTERS).named("neon")
    async with bot(playground, tmp_path, {"styles": str(tmp_path / "styles")}):
        panel = await added(admin, demo.art, seconds=SECONDS, file=("n.safetensors", neon.path.read_bytes()))
        for said in ("in nylux style", "the pocket base", "LoRA (90)", "Rank: 8", "Apache-2.0"):
            assert said in words_of(panel)
        card = await playground.download(panel["embeds"][0]["image"]["url"])
        assert apart(card) > 20
        await filled_in(admin, panel, name="night")
        await clicked(admin, panel, "Activate", "Active")
        used = await member.run(demo.art, "paint", prompt="a cat", style="night", seed=7, steps=6)
        painted = await used.message(pictures, seconds=SECONDS)
        bare = await (await member.run(demo.art, "paint", prompt="a cat", seed=7, steps=6)).message(
            pictures, seconds=SECONDS
        )
        shown = [await playground.download(one["attachments"][0]["url"]) for one in (painted, bare)]
        night, plain = (np.asarray(Image.open(io.BytesIO(png)).convert("RGB"), dtype=float) for png in shown)
        assert night.mean() < plain.mean() - 20, "it is a dark style"
        assert [one.style.sha256 for one in kept(tmp_path)] == [neon.sha256]

        # A sound file of zeros changes nothing, and the engine's own pictures show it.
        zeros = await admin.run(demo.art, "adapter add", file=("zeros.safetensors", ink()))
        said = await zeros.message(lambda one: not one["components"], seconds=SECONDS)
        assert "changes the picture by 0.00%" in words_of(said)
        assert await refused(playground) == []
