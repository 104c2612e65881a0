"""Models on the hub: found in the cache without a network, refused with a way round where it is out of reach."""

from pathlib import Path

import pytest

from protocol.errors import BaseMissing
from tests.engine import tiny
from tests.engine.bases import load, refusal


@pytest.fixture
def no_hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "cache"))


@pytest.mark.usefixtures("no_hub")
def test_a_model_on_a_hub_out_of_reach_says_how_to_bring_it_here() -> None:
    told: list[str] = []
    with pytest.raises(BaseMissing, match=r"hf download some/model\) and set STYLESEAL_BASE to its folder"):
        load("some/model", told.append)
    assert told == ["Fetching some/model from the hub; the first time this takes minutes."]


@pytest.mark.usefixtures("no_hub")
def test_a_name_that_no_model_can_have_is_told() -> None:
    assert "neither a path that exists nor the id of a model" in refusal("some/--model")


def test_a_hub_that_refuses_connections_is_out_of_reach(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "cache"))
    assert "the hub cannot be reached" in refusal("some/model")


@pytest.mark.usefixtures("no_hub")
def test_a_model_of_the_hub_that_is_here_already_needs_no_network(tmp_path: Path) -> None:
    commit = "0123456789abcdef0123456789abcdef01234567"
    cached = tmp_path / "cache" / "models--some--model"
    tiny.build_sd(cached / "snapshots" / commit)
    (cached / "refs").mkdir()
    (cached / "refs" / "main").write_text(commit)
    assert load("some/model").name == "some/model"
