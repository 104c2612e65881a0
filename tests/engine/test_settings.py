import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from adapters.settings import AdapterSettings
from cli.settings import ConfigError, load_settings
from engine.settings import EngineSettings
from protocol.address import TcpAddress, UnixAddress

TOKEN = "a-secret-nobody-may-see"


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for field in EngineSettings.model_fields:
        monkeypatch.delenv(f"STYLESEAL_{field.upper()}", raising=False)
    monkeypatch.delenv("STYLESEAL_CONFIG", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))


def refusal(**overrides: Any) -> str:
    with pytest.raises(ConfigError) as caught:
        load_settings(EngineSettings, **overrides)
    return caught.value.sentence


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def test_nothing_set_gives_the_pocket_base_on_a_socket_in_the_data_folder() -> None:
    settings = load_settings(EngineSettings)
    assert (settings.base, settings.device, settings.token) == ("pocket", "auto", None)
    assert settings.address == UnixAddress(settings.data / "run" / "engine.sock")


def test_settings_cannot_be_changed_afterwards() -> None:
    settings = load_settings(EngineSettings)
    with pytest.raises(ValidationError):
        settings.base = "other"  # type: ignore[misc]


def test_the_command_line_goes_over_the_environment_over_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    write(tmp_path / "styleseal.toml", '[engine]\nbase = "from-file"\ndtype = "fp16"\nmax_queue = 3\n')
    monkeypatch.setenv("STYLESEAL_DATA", str(tmp_path))
    monkeypatch.setenv("STYLESEAL_BASE", "from-environment")
    monkeypatch.setenv("STYLESEAL_DTYPE", "bf16")
    settings = load_settings(EngineSettings, base="from-line", device=None)
    assert (settings.base, settings.dtype, settings.max_queue, settings.device) == ("from-line", "bf16", 3, "auto")


def test_a_data_folder_is_one_for_all_whichever_table_names_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STYLESEAL_CONFIG", str(write(tmp_path / "mine.toml", '[engine]\ndata = "/there"\n')))
    monkeypatch.delenv("STYLESEAL_DATA", raising=False)
    assert load_settings(AdapterSettings).data == load_settings(EngineSettings).data == Path("/there")
    write(tmp_path / "mine.toml", '[engine]\ndata = "/there"\n[adapters]\ndata = "/elsewhere"\n')
    with pytest.raises(ConfigError, match="two data folders, /there and /elsewhere"):
        load_settings(AdapterSettings)


def test_an_empty_variable_is_one_that_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STYLESEAL_BASE", "")
    assert load_settings(EngineSettings).base == "pocket"


def test_the_file_can_be_anywhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    named = write(tmp_path / "mine.toml", "[engine]\nzero_snr = true\n")
    monkeypatch.setenv("STYLESEAL_CONFIG", str(named))
    assert load_settings(EngineSettings).zero_snr is True


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("device", "gpu"),
        ("device", "cuda:"),
        ("dtype", "fp4"),
        ("zero_snr", "perhaps"),
        ("prediction_type", "v"),
        ("max_pixels", "many"),
        ("max_pixels", "100"),
        ("max_queue", "0"),
        ("log_level", "loud"),
    ],
)
def test_a_wrong_variable_is_named_with_what_it_got_and_what_it_takes(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"STYLESEAL_{name.upper()}", value)
    takes = EngineSettings.model_fields[name].description
    assert refusal() == f"STYLESEAL_{name.upper()} must be {takes}, not {value!r}."


@pytest.mark.parametrize("listen", ["here", "unix:", "tcp:8420", "tcp:localhost:http", "tcp::80", "tcp:a:70000"])
def test_an_address_that_is_none_is_refused(listen: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STYLESEAL_LISTEN", listen)
    assert refusal().startswith("STYLESEAL_LISTEN: ")


def test_a_socket_path_too_long_for_the_system_says_so(tmp_path: Path) -> None:
    assert "at most 103 bytes" in refusal(listen=f"unix:/{'x' * 110}")
    assert "at most 103 bytes" in refusal(data=tmp_path / ("x" * 110))


def test_every_wrong_value_has_a_line_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    named = write(tmp_path / "mine.toml", "[engine]\nmax_queue = -1\nbsae = 'pocket'\n")
    monkeypatch.setenv("STYLESEAL_CONFIG", str(named))
    monkeypatch.setenv("STYLESEAL_DTYPE", "fp4")
    lines = refusal(device="gpu").splitlines()
    assert len(lines) == 4
    assert f"max_queue under [engine] in {named} must be a whole number from 1 to 10000, not -1." in lines
    assert any(line.startswith(f"bsae under [engine] in {named} is not a setting; there are base, ") for line in lines)
    assert any(line.startswith("STYLESEAL_DTYPE must be ") for line in lines)
    assert any(line.startswith("--device must be ") for line in lines)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[engine", "cannot be read as a TOML file"),
        ('base = "pocket"', "has no place for 'base'; its tables are [engine]"),
        ("[motor]\n", "has no place for 'motor'"),
        ("engine = 3", "must be a table"),
    ],
)
def test_a_file_that_cannot_be_used_is_named(
    text: str, told: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    named = write(tmp_path / "mine.toml", text)
    monkeypatch.setenv("STYLESEAL_CONFIG", str(named))
    sentence = refusal()
    assert told in sentence
    assert str(named) in sentence


def test_a_file_that_is_named_must_exist(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("STYLESEAL_CONFIG", str(tmp_path / "none.toml"))
    assert refusal().startswith("STYLESEAL_CONFIG must be the path of a TOML file")


@pytest.mark.parametrize("token", ["short", "two words of it", "nön-ascii-letters", "line\nbreak-in-it"])
def test_a_wrong_token_is_never_shown(token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STYLESEAL_TOKEN", token)
    sentence = refusal(device="gpu")
    assert "STYLESEAL_TOKEN must be at least 8" in sentence
    assert token not in sentence


def test_a_token_of_the_wrong_type_in_the_file_is_never_shown(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    named = write(tmp_path / "mine.toml", "[engine]\ntoken = 1234567890\n")
    monkeypatch.setenv("STYLESEAL_CONFIG", str(named))
    assert "1234567890" not in refusal()


def test_a_right_token_is_not_in_what_settings_print() -> None:
    settings = load_settings(EngineSettings, token=TOKEN)
    assert settings.token is not None
    assert settings.token.get_secret_value() == TOKEN
    assert TOKEN not in f"{settings!r} {settings}"
    assert TOKEN not in refusal(token=TOKEN, device="gpu")


@pytest.mark.parametrize("host", ["0.0.0.0", "[::]", "192.168.1.4", "paint.example"])
def test_an_address_others_can_reach_needs_a_token(host: str) -> None:
    assert "set STYLESEAL_TOKEN" in refusal(listen=f"tcp:{host}:8420")
    assert isinstance(load_settings(EngineSettings, listen=f"tcp:{host}:8420", token=TOKEN).address, TcpAddress)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_an_address_on_this_machine_needs_none(host: str) -> None:
    assert load_settings(EngineSettings, listen=f"tcp:{host}:8420").address.loopback


def test_reading_settings_loads_no_model_library() -> None:
    script = (
        "import sys\nfrom cli.settings import load_settings\nfrom engine.settings import EngineSettings\n"
        "sys.exit(' '.join({'torch', 'diffusers', 'transformers', 'numpy'} & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
