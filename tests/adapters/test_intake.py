"""What a file is called by before it is in the library."""

from pathlib import Path

import pytest

from adapters.files import Files
from adapters.inspection import inspect
from adapters.intake import Candidate, from_file
from adapters.sources.offer import Offer
from protocol.errors import AdapterRefused, InvalidRequest
from tests.adapters.whole_files import lora_file

SAID = {
    "modelspec.trigger_phrase": "in sks style",
    "modelspec.title": "Ink",
    "modelspec.license": "CC0",
    "ss_tag_frequency": '{"10_ink": {"1girl": 10, "ink": 10}}',
}


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path / "library")


def candidate(tmp_path: Path, metadata: dict[str, str] | None = None, offer: Offer | None = None) -> Candidate:
    path = tmp_path / "Some_Ink v2.safetensors"
    path.write_bytes(lora_file(metadata=metadata))
    return Candidate(path, path.name, inspect(path), offer)


def offer(**fields: object) -> Offer:
    return Offer(source="civitai", url="https://civitai.com/x", file_name="x.safetensors", **fields)  # type: ignore[arg-type]


def test_the_makers_page_goes_before_the_file_and_the_file_before_its_name(tmp_path: Path) -> None:
    from_page = candidate(tmp_path, SAID, offer(title="Page", triggers=("sksv2",), licence="theirs", credit="them"))
    style = from_page.style("ink", from_page.trigger)
    assert (style.title, style.trigger, style.licence, style.credit) == ("Page", "sksv2", "theirs", "them")
    assert (style.family, style.sha256) == ("pocket", from_page.inspection.hashes.sha256)
    style = candidate(tmp_path, SAID).style("ink", "")
    assert (style.title, style.licence) == ("Ink", "CC0")
    assert candidate(tmp_path).style("ink", "").title == "Some_Ink v2"


def test_a_tag_of_every_picture_is_shown_and_never_taken_by_itself(tmp_path: Path) -> None:
    only_tags = candidate(tmp_path, {"ss_tag_frequency": '{"ink": {"1girl": 10}}'})
    assert [words for words, _ in only_tags.triggers] == ["1girl"]
    assert only_tags.trigger == ""
    assert candidate(tmp_path, SAID).trigger == "in sks style"


def test_a_weight_outside_the_usual_range_widens_it(tmp_path: Path) -> None:
    assert candidate(tmp_path).style("x", "", 2.0).weight_range == (0.0, 2.0)
    with pytest.raises(InvalidRequest, match="weight must be a number from -4 to 4"):
        candidate(tmp_path).style("x", "", 9.0)


def test_a_file_is_inspected_as_a_copy_which_goes_unless_it_is_taken(files: Files, tmp_path: Path) -> None:
    source = tmp_path / "ink.safetensors"
    source.write_bytes(lora_file(metadata=SAID))
    with from_file(files, source) as found:
        assert found.path != source
        assert found.facts()["kinds"] == {"LoRA": 36}
        assert found.facts()["family"] == "the pocket base"
    assert list(files.drafts.iterdir()) == []
    assert source.exists()


def test_a_file_that_is_refused_leaves_nothing(files: Files, tmp_path: Path) -> None:
    (tmp_path / "bad.safetensors").write_bytes(b"nothing of the kind")
    with pytest.raises(AdapterRefused), from_file(files, tmp_path / "bad.safetensors"):
        pass
    with pytest.raises(AdapterRefused, match="cannot be read"), from_file(files, tmp_path / "absent.safetensors"):
        pass
    assert list(files.drafts.iterdir()) == []


def test_a_file_for_a_base_not_known_here_is_left_to_the_engine(files: Files, tmp_path: Path) -> None:
    source = tmp_path / "other.safetensors"
    source.write_bytes(lora_file().replace(b".to_q.", b".to_z."))
    assert inspect(source).homeless
    with from_file(files, source) as found:
        assert found.inspection.family is None
    source.write_bytes(lora_file().replace(b".lora_A.", b".lora_Z."))
    assert not inspect(source).homeless
    with pytest.raises(AdapterRefused), from_file(files, source):
        pass
