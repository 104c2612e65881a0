"""The drawn pictures: what a motif says is there, a seed draws the same again, styles change what they treat."""

from itertools import pairwise

import numpy as np
import pytest
from PIL import Image

from pocket.draw import COLOURS, SIZE, Motif, draw
from pocket.scenes import SCENES
from pocket.subjects import SUBJECTS
from pocket.treatments import TREATMENTS, treat


def pixels(image: Image.Image) -> np.ndarray:
    return np.asarray(image, np.int16)


def test_there_is_as_much_to_draw_as_the_base_is_to_know() -> None:
    assert len(SUBJECTS) >= 14
    assert len(COLOURS) == 10
    assert len(SCENES) == 8
    assert len(TREATMENTS) >= 6


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_subject_takes_its_colour(subject: str) -> None:
    red, blue = (pixels(draw(Motif(subject, colour, "in a desert"), 1)) for colour in ("red", "blue"))
    changed = np.abs(red - blue).max(axis=2) > 40
    assert 0.01 < changed.mean() < 0.6
    assert (red[changed][:, 0] > red[changed][:, 2]).mean() > 0.9
    assert (blue[changed][:, 2] > blue[changed][:, 0]).mean() > 0.9


def test_every_setting_is_another_picture() -> None:
    drawn = [pixels(draw(Motif("cat", "red", setting), 3)) for setting in SCENES]
    assert all(np.abs(a - b).mean() > 10 for a, b in pairwise(drawn))


def test_a_seed_draws_the_same_again_and_another_seed_something_else() -> None:
    motif = Motif("owl", "green", "in a forest")
    assert np.array_equal(pixels(draw(motif, 5)), pixels(draw(motif, 5)))
    assert not np.array_equal(pixels(draw(motif, 5)), pixels(draw(motif, 6)))


@pytest.mark.parametrize("name", TREATMENTS)
def test_a_treatment_changes_the_picture_and_is_the_same_for_a_seed(name: str) -> None:
    image = draw(Motif("castle", "purple", "at sunset"), 2)
    treated = treat(image, name, 1)
    assert treated.size == (SIZE, SIZE)
    assert np.abs(pixels(treated) - pixels(image)).mean() > 8
    assert np.array_equal(pixels(treated), pixels(treat(image, name, 1)))
