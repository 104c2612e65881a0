"""What an operator tells the bot: taken from the environment and the file alike, refused in a sentence, and listed."""

import re
from pathlib import Path

import pytest

from bot.settings import BotSettings
from cli.settings import ConfigError, load_settings

ROOT = Path(__file__).parents[2]
WEIGHTS = 'must be the ids of roles with weights above 0, such as {"123456789012345678": 2}, not '


@pytest.fixture(autouse=True)
def data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    for field in BotSettings.model_fields:
        monkeypatch.delenv(f"STYLESEAL_{field.upper()}", raising=False)
    monkeypatch.delenv("STYLESEAL_CONFIG", raising=False)
    monkeypatch.setenv("STYLESEAL_DATA", str(tmp_path))
    return tmp_path


def refusal() -> str:
    with pytest.raises(ConfigError) as caught:
        load_settings(BotSettings)
    return caught.value.sentence


def test_weights_of_roles_come_from_the_file_and_from_the_environment_over_it(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (data / "styleseal.toml").write_text('[bot]\nrole_weights = {"12" = 2.5, "13" = 1}\n')
    assert load_settings(BotSettings).role_weights == {12: 2.5, 13: 1.0}
    monkeypatch.setenv("STYLESEAL_ROLE_WEIGHTS", '{"7": 3}')
    assert load_settings(BotSettings).role_weights == {7: 3.0}


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("no JSON", WEIGHTS + "'no JSON'"),
        ('{"a": 1}', WEIGHTS + "'a'"),
        ("[1]", WEIGHTS + "a list"),
        ('{"1": -1}', "a weight must be above 0, and at most 1000"),
    ],
)
def test_weights_that_are_none_are_refused_in_a_sentence(
    written: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STYLESEAL_ROLE_WEIGHTS", written)
    sentence = refusal()
    assert sentence.startswith("STYLESEAL_ROLE_WEIGHTS")
    assert sentence.endswith(f" {said}.")


def test_a_token_of_two_lines_is_refused_and_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STYLESEAL_DISCORD_TOKEN", "begins-here\nends-there")
    sentence = refusal()
    assert sentence.startswith("STYLESEAL_DISCORD_TOKEN must be the token of a bot")
    assert "begins" not in sentence
    assert "ends" not in sentence


def test_a_token_with_a_line_break_behind_it_is_taken_as_editors_leave_one_in_files(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("STYLESEAL_DISCORD_TOKEN", "a-token\n")
    assert load_settings(BotSettings).discord_token is not None


def test_the_page_for_operators_lists_every_setting_with_what_it_is_otherwise() -> None:
    page = (ROOT / "docs" / "bot.md").read_text("utf-8")
    rows = [line.split("|") for line in page.splitlines() if line.startswith("| `STYLESEAL_")]
    listed = {name: takes for _, names, takes, *_ in rows for name in re.findall(r"`STYLESEAL_(\w+)`", names)}
    assert listed.keys() == {name.upper() for name in BotSettings.model_fields}
    for name, field in BotSettings.model_fields.items():
        if isinstance(field.default, int | float):
            assert f"({field.default:g})" in listed[name.upper()], name
