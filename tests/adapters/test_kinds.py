"""Which shapes make which change of which layer, and why others make none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.kinds import COLUMNS, KINDS, ROWS, Form, Misfit, Shapes, form_of
from adapters.layers import Layer

LINEAR = Layer(12, 20)
POINT = Layer(12, 20, (1, 1))
CONV = Layer(12, 20, (3, 3))
LORA: Shapes = {"down": (4, 12), "up": (20, 4)}
LOCON: Shapes = {"down": (4, 12, 3, 3), "up": (20, 4, 1, 1)}
LOHA: Shapes = {"hada_w1_a": (20, 2), "hada_w1_b": (2, 12), "hada_w2_a": (20, 2), "hada_w2_b": (2, 12)}
LOKR: Shapes = {"lokr_w1": (4, 4), "lokr_w2": (5, 3)}


def misfit(shapes: Shapes, layer: Layer) -> str:
    with pytest.raises(Misfit) as caught:
        form_of(shapes, layer)
    return str(caught.value)


@pytest.mark.parametrize(
    ("shapes", "layer", "form"),
    [
        (LORA, LINEAR, Form("LoRA", 4, 4)),
        ({"down": (4, 12, 1, 1), "up": (20, 4, 1, 1)}, LINEAR, Form("LoRA", 4, 4)),
        (LORA, POINT, Form("LoRA", 4, 4)),
        ({"down": (4, 12, 1, 1), "up": (20, 4, 1, 1)}, POINT, Form("LoRA", 4, 4)),
        (LOCON, CONV, Form("LoCon", 4, 4)),
        (
            {"down": (4, 12, 1, 1), "mid": (4, 4, 3, 3), "up": (20, 4, 1, 1)},
            CONV,
            Form("LoCon", 4, 4, by_tucker=True),
        ),
        (LOHA, LINEAR, Form("LoHa", 2, 4)),
        (
            {"hada_w1_a": (20, 2), "hada_w1_b": (2, 108), "hada_w2_a": (20, 2), "hada_w2_b": (2, 108)},
            CONV,
            Form("LoHa", 2),
        ),
        (
            {f"hada_w{half}_{side}": (2, 20 if side == "a" else 12) for half in "12" for side in "ab"}
            | {"hada_t1": (2, 2, 3, 3), "hada_t2": (2, 2, 3, 3)},
            CONV,
            Form("LoHa", 2, by_tucker=True),
        ),
        (LOKR, LINEAR, Form("LoKr", 0)),
        ({"lokr_w1": (4, 4), "lokr_w2": (5, 3, 1, 1)}, POINT, Form("LoKr", 0)),
        ({"lokr_w1": (4, 4), "lokr_w2": (5, 3, 3, 3)}, CONV, Form("LoKr", 0)),
        ({"lokr_w1": (2, 2), "lokr_w2_a": (10, 1), "lokr_w2_b": (1, 6)}, LINEAR, Form("LoKr", 1, 2)),
        ({"lokr_w1": (4, 4), "lokr_w2_a": (5, 2), "lokr_w2_b": (2, 3)}, LINEAR, Form("LoKr", 2)),
        ({"lokr_w1": (4, 4), "lokr_w2_a": (5, 2), "lokr_w2_b": (2, 27)}, CONV, Form("LoKr", 2)),
        (
            {"lokr_w1": (4, 4), "lokr_w2_a": (2, 5), "lokr_w2_b": (2, 3), "lokr_t2": (2, 2, 3, 3)},
            CONV,
            Form("LoKr", 2, by_tucker=True),
        ),
        ({"lokr_w1_a": (4, 1), "lokr_w1_b": (1, 4), "lokr_w2": (5, 3)}, LINEAR, Form("LoKr", 1)),
        ({"diff": (20, 12)}, LINEAR, Form("full difference", 0)),
        ({"diff": (20, 12, 1, 1), "diff_b": (20,)}, LINEAR, Form("full difference", 0)),
        ({"diff": (20, 12, 3, 3)}, CONV, Form("full difference", 0)),
        ({**LORA, "dora_scale": (20, 1)}, LINEAR, Form("LoRA", 4, 4, decomposed=ROWS)),
        ({**LORA, "dora_scale": (20, 1, 1, 1)}, LINEAR, Form("LoRA", 4, 4, decomposed=ROWS)),
        ({**LORA, "dora_scale": (20,)}, LINEAR, Form("LoRA", 4, 4, decomposed=ROWS)),
        ({**LORA, "dora_scale": (1, 12)}, LINEAR, Form("LoRA", 4, 4, decomposed=COLUMNS)),
        ({**LORA, "dora_scale": (1, 12, 1, 1)}, LINEAR, Form("LoRA", 4, 4, decomposed=COLUMNS)),
        ({**LOCON, "dora_scale": (20, 1, 1, 1)}, CONV, Form("LoCon", 4, 4, decomposed=ROWS)),
        ({**LOCON, "dora_scale": (1, 12, 1, 1)}, CONV, Form("LoCon", 4, 4, decomposed=COLUMNS)),
        ({**LORA, "magnitude": (20,)}, LINEAR, Form("LoRA", 4, 4, decomposed=ROWS)),
        ({**LOCON, "magnitude": (1, 20, 1, 1)}, CONV, Form("LoCon", 4, 4, decomposed=ROWS)),
        ({**LORA, "alpha": ()}, LINEAR, Form("LoRA", 4, 4)),
        ({**LORA, "alpha": (1,)}, LINEAR, Form("LoRA", 4, 4)),
    ],
)
def test_shapes_that_fit_make_a_change(shapes: Shapes, layer: Layer, form: Form) -> None:
    assert form_of(shapes, layer) == form


@pytest.mark.parametrize(
    ("shapes", "layer", "said"),
    [
        ({"down": (4, 12)}, LINEAR, "only one half"),
        ({"up": (20, 4), "alpha": ()}, LINEAR, "only one half"),
        ({"mid": (4, 4, 3, 3)}, CONV, "only one half"),
        ({"down": (), "up": (20, 4)}, LINEAR, "the base takes"),
        ({"down": (4, 13), "up": (20, 4)}, LINEAR, "the base takes (4, 12)"),
        ({"down": (4, 12), "up": (20, 5)}, LINEAR, "the base takes"),
        ({"down": (12, 4), "up": (4, 20)}, LINEAR, "the base takes"),
        ({"down": (4, 12, 3, 3), "up": (20, 4, 1, 1)}, LINEAR, "the base takes"),
        ({"down": (4, 12, 1, 1), "up": (20, 4, 3, 3)}, CONV, "the base takes"),
        ({**LOCON, "mid": (4, 4, 3, 3)}, CONV, "the base takes"),
        ({**LORA, "mid": (4, 4, 3)}, CONV, "a core of the shape"),
        ({"alpha": ()}, LINEAR, "nothing but alpha"),
        ({"dora_scale": (20, 1), "alpha": ()}, LINEAR, "nothing but alpha and dora_scale"),
        ({**LORA, **LOHA}, LINEAR, "LoRA and LoHa at once"),
        ({**LORA, "diff": (20, 12)}, LINEAR, "LoRA and full difference at once"),
        ({**LORA, "diff_b": (20,)}, LINEAR, "changes its bias too"),
        ({"diff_b": (20,)}, LINEAR, "changes its bias too"),
        ({"diff": (12, 20)}, LINEAR, "a difference of the shape (12, 20)"),
        ({"diff": (20, 12)}, CONV, "a difference of the shape"),
        ({"diff": (20, 12), "diff_b": (12,)}, LINEAR, "a bias of the shape"),
        ({"diff": (20, 12), "alpha": ()}, LINEAR, "alpha beside a full difference"),
        ({**LORA, "alpha": (2,)}, LINEAR, "alpha that is not one number"),
        ({**LORA, "dora_scale": (12, 1)}, LINEAR, "magnitudes of the shape"),
        ({**LORA, "dora_scale": ()}, LINEAR, "magnitudes of the shape"),
        ({**LORA, "dora_scale": (1, 20)}, LINEAR, "magnitudes of the shape"),
        ({**LORA, "magnitude": (12,)}, LINEAR, "12 magnitudes for 20 outputs"),
        ({**LORA, "magnitude": (20,), "dora_scale": (20, 1)}, LINEAR, "magnitudes twice"),
        ({"down": (1025, 12), "up": (20, 1025)}, LINEAR, "rank 1025, and 1024 is the highest"),
        ({k: v for k, v in LOHA.items() if k != "hada_w2_a"}, LINEAR, "has no hada_w2_a"),
        ({**LOHA, "hada_w2_b": (3, 12), "hada_w2_a": (20, 3)}, LINEAR, "a first matrix of the shape"),
        ({**LOHA, "hada_t1": (2, 2, 3, 3)}, CONV, "has no hada_t2"),
        ({**LOHA, "hada_t2": (2, 2)}, LINEAR, "a second core without a first"),
        ({"lokr_w1": (4, 4)}, LINEAR, "has no lokr_w2_a"),
        ({"lokr_w2": (5, 3)}, LINEAR, "has no lokr_w1_a"),
        ({"lokr_w1": (4, 3), "lokr_w2": (5, 3)}, LINEAR, "makes a change of the shape (20, 9)"),
        ({**LOKR, "lokr_w1_a": (4, 1)}, LINEAR, "has lokr_w1_a beside lokr_w1"),
        ({**LOKR, "lokr_t2": (1, 1)}, LINEAR, "has lokr_t2 beside lokr_w2"),
        ({"lokr_w1": (4, 4, 1), "lokr_w2": (5, 3)}, LINEAR, "where a matrix should be"),
        ({"lokr_w1": (4, 4), "lokr_w2": (5, 3, 2)}, LINEAR, "a second matrix of the shape"),
        ({"lokr_w1": (4, 4), "lokr_w2": (5, 3)}, CONV, "a second matrix of the shape"),
        ({"lokr_w1": (4, 4), "lokr_w2": ()}, LINEAR, "a second matrix of the shape"),
        ({"lokr_w1": (4, 4), "lokr_w2_a": (5, 2), "lokr_w2_b": (3, 3)}, LINEAR, "factors of the shapes"),
        ({"lokr_w1": (4, 4), "lokr_w2_a": (5, 2), "lokr_w2_b": (2, 26)}, CONV, "factors of the shapes"),
        ({"lokr_w1_a": (4, 1), "lokr_w1_b": (2, 4), "lokr_w2": (5, 3)}, LINEAR, "factors of the shapes"),
        (
            {"lokr_w1_a": (4, 1), "lokr_w1_b": (1, 4), "lokr_w2_a": (5, 2), "lokr_w2_b": (2, 3)},
            LINEAR,
            "the two ranks 1 and 2",
        ),
        (
            {"lokr_w1": (4, 4), "lokr_w2_a": (5, 2), "lokr_w2_b": (2, 3), "lokr_t2": (2, 2, 3, 3)},
            CONV,
            "factors of the shapes",
        ),
    ],
)
def test_parts_that_make_no_change_are_told_from_those_that_do(shapes: Shapes, layer: Layer, said: str) -> None:
    assert said in misfit(shapes, layer)


def test_pages_hold_lora_of_a_matrix_and_what_is_the_same() -> None:
    assert form_of(LORA, LINEAR).in_pages
    assert form_of(LOHA, LINEAR).in_pages
    assert form_of(LORA, POINT).in_pages
    assert not form_of(LOCON, CONV).in_pages
    assert not form_of(LOKR, LINEAR).in_pages
    assert not form_of({"diff": (20, 12)}, LINEAR).in_pages
    assert not form_of({**LORA, "dora_scale": (20, 1)}, LINEAR).in_pages


def test_a_product_that_would_be_larger_than_the_weight_is_not_made_into_lora() -> None:
    wide = {"hada_w1_a": (20, 3), "hada_w1_b": (3, 12), "hada_w2_a": (20, 3), "hada_w2_b": (3, 12)}
    assert form_of(wide, LINEAR) == Form("LoHa", 3)


def test_dora_is_named_beside_its_kind() -> None:
    assert form_of({**LORA, "dora_scale": (20, 1)}, LINEAR).title == "LoRA with DoRA"


sides = st.integers(1, 30)
any_shapes = st.dictionaries(
    st.sampled_from(sorted(frozenset().union(*(kind.parts for kind in KINDS), {"alpha", "magnitude", "dora_scale"}))),
    st.lists(st.sampled_from([1, 2, 3, 4, 5, 12, 20]), max_size=5).map(tuple),
    max_size=6,
)


@given(any_shapes, st.sampled_from([LINEAR, POINT, CONV]))
def test_no_shapes_end_in_anything_but_a_form_or_a_misfit(shapes: Shapes, layer: Layer) -> None:
    try:
        form = form_of(shapes, layer)
    except Misfit:
        return
    assert 0 <= form.lora_rank <= 1024


@given(sides, sides, st.integers(1, 8), st.booleans())
def test_lora_fits_the_layer_it_was_made_for_and_none_of_other_sizes(
    inputs: int, outputs: int, rank: int, conv: bool
) -> None:
    kernel = (3, 3) if conv else ()
    shapes = {"down": (rank, inputs, *kernel), "up": (outputs, rank, *(1,) * len(kernel))}
    assert form_of(shapes, Layer(inputs, outputs, kernel)).rank == rank
    for other in (Layer(inputs + 1, outputs, kernel), Layer(inputs, outputs + 1, kernel)):
        assert "the base takes" in misfit(shapes, other)
