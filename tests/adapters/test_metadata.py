"""What a file says of itself is shown as its maker said it; what nobody said is empty, and no trigger is made up."""

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters import words
from adapters.metadata import JSON_CHARACTERS, said_in


def triggers(**metadata: Any) -> list[tuple[str, str]]:
    """Values that are no text are written as JSON."""
    texts = {key: value if isinstance(value, str) else json.dumps(value) for key, value in metadata.items()}
    renamed = {key.replace("modelspec_", "modelspec."): value for key, value in texts.items()}
    return [(one.words, one.source) for one in said_in(renamed).triggers]


def test_a_file_that_says_nothing_is_said_to_say_nothing() -> None:
    said = said_in({})
    fields = (said.title, said.author, said.licence, said.maker, said.base, said.descendant, said.resolution)
    assert set(fields) == {""}
    assert (said.prediction_type, said.triggers) == ("", ())


def test_what_sd_scripts_and_the_specification_write_is_shown() -> None:
    said = said_in(
        {
            "modelspec.title": " Ink\nWash\u202e ",
            "modelspec.author": "A. Painter",
            "modelspec.license": "CC0",
            "modelspec.resolution": "1024x768",
            "modelspec.prediction_type": "v",
            "ss_output_name": "ink_v2",
            "ss_network_module": "networks.lora",
            "ss_sd_model_name": "ponyDiffusionV6XL.safetensors",
            "ss_base_model_version": "sdxl_base_v1-0",
        }
    )
    assert (said.title, said.author, said.licence, said.maker) == ("Ink Wash", "A. Painter", "CC0", "sd-scripts")
    assert (said.resolution, said.prediction_type) == ("1024x768", "v_prediction")
    assert (said.base, said.descendant) == ("ponyDiffusionV6XL.safetensors", "pony")


@pytest.mark.parametrize(
    ("metadata", "base"),
    [
        ({"ss_sd_model_name": "None", "ss_base_model_version": "sd_v1"}, "sd_v1"),
        ({"modelspec.architecture": "stable-diffusion-xl-v1-base/lora"}, "stable-diffusion-xl-v1-base/lora"),
    ],
)
def test_the_base_is_the_first_thing_that_says_one(metadata: dict[str, str], base: str) -> None:
    assert said_in(metadata).base == base


@pytest.mark.parametrize("name", ["Illustrious-XL-v0.1", "noobaiXL_vPred", "animagineXLV3", "sd_xl_turbo_1.0_fp16"])
def test_sdxls_descendants_are_known_by_their_names(name: str) -> None:
    assert said_in({"ss_sd_model_name": name}).descendant in name.casefold()


def test_an_adapters_own_title_says_nothing_of_its_base() -> None:
    assert said_in({"modelspec.title": "My Little Pony", "ss_sd_model_name": "v1-5-pruned"}).descendant == ""


@pytest.mark.parametrize(
    ("metadata", "maker"),
    [
        ({"ss_network_module": "networks.lora"}, "sd-scripts"),
        ({"ss_network_module": "lycoris.kohya", "ss_network_dim": "8"}, "LyCORIS"),
        ({"ot_branch": "master", "modelspec.title": "x"}, "OneTrainer"),
        ({"software": '{"name": "ai-toolkit", "version": "0.1"}', "ss_output_name": "x"}, "ai-toolkit"),
        ({"software": '"ai-toolkit"'}, ""),
        ({"software": "ai-toolkit"}, ""),
        ({"software": '{"name": 5}'}, ""),
        ({"lora_adapter_metadata": "{}"}, "diffusers"),
        ({"format": "pt"}, ""),
    ],
)
def test_the_maker_is_known_by_what_it_writes(metadata: dict[str, str], maker: str) -> None:
    assert said_in(metadata).maker == maker


@pytest.mark.parametrize(
    ("text", "resolution"),
    [
        ("(512, 768)", "512x768"),
        ("512,512", "512x512"),
        ("1024", "1024x1024"),
        ("None", ""),
        ("٥١٢", ""),
        ("512x768x1024", "512x768"),
    ],
)
def test_a_resolution_is_two_numbers_however_it_is_written(text: str, resolution: str) -> None:
    assert said_in({"ss_resolution": text}).resolution == resolution


@pytest.mark.parametrize(("told", "shown"), [("epsilon", "epsilon"), ("v", "v_prediction"), ("x0", "")])
def test_only_known_ways_to_predict_are_named(told: str, shown: str) -> None:
    assert said_in({"modelspec.prediction_type": told}).prediction_type == shown


def test_triggers_come_in_the_order_of_their_sources_and_each_once() -> None:
    assert triggers(
        modelspec_trigger_phrase="in sks style, Woodcut",
        ss_datasets=[{"subsets": [{"class_tokens": "sks woman", "is_reg": False}, {"class_tokens": "woodcut"}]}],
        ss_dataset_dirs={"10_zwx": {"n_repeats": 10, "img_count": 20}},
        ss_tag_frequency={"10_zwx": {"1girl": 20, "in sks style": 20, "hat": 18, "sky": 17}},
    ) == [
        ("in sks style", "modelspec.trigger_phrase"),
        ("Woodcut", "modelspec.trigger_phrase"),
        ("sks woman", "class tokens"),
        ("zwx", "folder name"),
        ("1girl", "tag of nearly every picture"),
        ("hat", "tag of nearly every picture"),
    ]


def test_words_of_pictures_for_regularisation_are_no_triggers() -> None:
    subsets = [{"class_tokens": "sks cat", "is_reg": False}, {"class_tokens": "cat", "is_reg": True}]
    assert triggers(ss_datasets=[{"subsets": subsets}]) == [("sks cat", "class tokens")]
    assert triggers(
        ss_dataset_dirs={"10_sks cat": {"n_repeats": 10, "img_count": 8}},
        ss_reg_dataset_dirs={"1_cat": {"n_repeats": 1, "img_count": 100}},
        ss_tag_frequency={"10_sks cat": {"hat": 1}, "1_cat": {"animal": 100}},
    ) == [("sks cat", "folder name")]
    assert (
        triggers(ss_reg_dataset_dirs={"1_cat": {"img_count": 100}}, ss_tag_frequency={"1_cat": {"animal": 100}}) == []
    )


def test_a_folder_that_is_named_twice_is_one_folder() -> None:
    dirs = {"10_sks": {"img_count": 5}, "10_sks (2)": {"img_count": 5}, "3_neon (2)": {"img_count": 5}}
    assert triggers(ss_dataset_dirs=dirs) == [("sks", "folder name"), ("neon (2)", "folder name")]


@pytest.mark.parametrize("folder", ["images", "sks", "_sks", "x_sks", "10_", "٣_sks", "meta_lat.json"])
def test_a_folder_without_a_number_of_repeats_names_no_trigger(folder: str) -> None:
    assert triggers(ss_dataset_dirs={folder: {"img_count": 5}}) == []


def test_captions_that_are_all_different_are_no_triggers() -> None:
    captions = {"a dog on a lawn": 1, "a cat by the window": 1}
    assert triggers(ss_tag_frequency={"img": captions}) == []
    assert triggers(ss_tag_frequency={"img": captions}, ss_dataset_dirs={"img": {"img_count": 2}}) == []


def test_without_the_number_of_pictures_the_commonest_tag_is_called_no_more_than_that() -> None:
    assert triggers(ss_tag_frequency={"img": {"1girl": 10, "hat": 9, "sky": 8}}) == [
        ("1girl", "commonest tag"),
        ("hat", "commonest tag"),
    ]


def test_ai_toolkits_folder_with_the_trigger_is_one_trigger() -> None:
    assert triggers(ss_tag_frequency={"1_p3r5on": {"p3r5on": 1}}) == [("p3r5on", "folder name")]


def test_tags_and_weights_of_prompts_are_left_out() -> None:
    assert triggers(modelspec_trigger_phrase="<lora:ink:1>, (sks:1.2)") == [("sks", "modelspec.trigger_phrase")]


def test_there_are_never_more_triggers_than_a_person_reads() -> None:
    phrase = ", ".join(f"word {number}" for number in range(100))
    assert len(triggers(modelspec_trigger_phrase=phrase)) == words.TRIGGERS


@pytest.mark.parametrize("key", ["ss_datasets", "ss_tag_frequency", "ss_dataset_dirs", "ss_reg_dataset_dirs"])
@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "null",
        "5",
        '"10_sks"',
        "[[], {}, 5]",
        '[{"subsets": 5}, {"subsets": [5, {"class_tokens": ["a"]}]}]',
        '{"10_": {"img_count": true}, "": 5, "x": {"img_count": "5"}, "y": {"img_count": -5}}',
        '{"x": {"a": true, "b": "9", "c": -1, "d": 1.5}}',
        "[" * 100_000,
        '{"a":' * 100_000,
        "[" + "1" * 5000 + "]",
        '"' + "x" * JSON_CHARACTERS + '"',
    ],
    ids=lambda text: text[:20],
)
def test_what_is_not_as_trainers_write_it_says_nothing(key: str, text: str) -> None:
    assert triggers(**{key: text}) == []


json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["10_a", "subsets", "class_tokens", "img_count", "is_reg", "b"]), inner)
    ),
    max_leaves=12,
)


@given(
    st.dictionaries(
        st.sampled_from(["ss_datasets", "ss_tag_frequency", "ss_dataset_dirs", "ss_reg_dataset_dirs", "software"]),
        json_values.map(json.dumps) | st.text(max_size=20),
    ),
    st.text(max_size=50),
)
def test_whatever_it_says_is_fit_to_show(metadata: dict[str, str], text: str) -> None:
    plain = dict.fromkeys(("modelspec.title", "modelspec.author", "ss_resolution", "ss_sd_model_name"), text)
    said = said_in(metadata | plain | {"modelspec.trigger_phrase": text})
    for shown in (said.title, said.author, said.base, said.maker, *(one.words for one in said.triggers)):
        assert shown == words.line(shown)


def test_a_megabyte_of_tags_costs_no_time() -> None:
    tags = {f"{number}_x": {f"t{tag}": 5 for tag in range(20)} for number in range(4_000)}
    subsets = [{"class_tokens": "a, " * 10}] * 20_000
    began = time.process_time()
    triggers(ss_tag_frequency=json.dumps(tags)[:JSON_CHARACTERS], ss_datasets=[{"subsets": subsets}])
    assert time.process_time() - began < 2
