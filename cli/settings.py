"""Reading the settings of a process: what the command line says, over STYLESEAL_* variables, over a TOML file.

The file is named by STYLESEAL_CONFIG, or is styleseal.toml in the data folder; each process has a table of its own in
it. What is wrong comes back as one `ConfigError` with a sentence for each wrong value.
"""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import SecretStr, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings

from protocol.checks import shown
from protocol.errors import StyleSealError

Settings = TypeVar("Settings", bound=BaseSettings)

PREFIX = "STYLESEAL_"
TABLES = ("engine", "adapters", "bot")
FILE = "styleseal.toml"


class ConfigError(StyleSealError):
    """The settings cannot be used; the sentence has a line for each wrong value."""

    code = "config"
    status = 400
    kind = "invalid_request_error"


def load_settings(cls: type[Settings], **overrides: Any) -> Settings:
    """The settings of one process; an override of None is one that was not given. Raises `ConfigError`."""
    given = {name: value for name, value in overrides.items() if value is not None}
    in_environment = _named_in_environment(cls)
    path = config_file(cls, given)
    table = cls.__module__.partition(".")[0]  # a process's table is named as the package that holds its settings
    in_file = {} if path is None else _read(path, table)

    places = {name: f"{name} under [{table}] in {path}" for name in in_file}
    places |= {name: (PREFIX + name).upper() for name in in_environment}
    places |= {name: f"--{name.replace('_', '-')}" for name in given}
    from_file = {name: value for name, value in in_file.items() if name not in in_environment}
    try:
        return cls(**from_file | given)
    except ValidationError as wrong:
        lines = [_sentence(cls, error, places) for error in wrong.errors(include_url=False)]
        raise ConfigError("\n".join(dict.fromkeys(lines))) from None  # the cause would print the token


def _named_in_environment(cls: type[BaseSettings]) -> set[str]:
    names = {name.lower() for name, value in os.environ.items() if value}
    return {field for field in cls.model_fields if PREFIX.lower() + field in names}


def config_file(cls: type[BaseSettings], given: Mapping[str, Any]) -> Path | None:
    """The TOML file that is read, if there is one. Raises `ConfigError` for one that is named and not there."""
    if named := os.environ.get(PREFIX + "CONFIG"):
        path = Path(named).expanduser()
        if not path.is_file():
            raise ConfigError(f"{PREFIX}CONFIG must be the path of a TOML file, and there is none at {path}.")
        return path
    default = cls.model_fields["data"].get_default(call_default_factory=True, validated_data={})
    folder = given.get("data") or os.environ.get(PREFIX + "DATA") or default
    path = Path(folder).expanduser() / FILE
    return path if path.is_file() else None


def _read(path: Path, table: str) -> dict[str, Any]:
    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as wrong:
        raise ConfigError(f"{path} cannot be read as a TOML file: {wrong}.") from wrong
    for name, value in document.items():
        if name not in TABLES:
            takes = ", ".join(f"[{known}]" for known in TABLES)
            raise ConfigError(f"{path} has no place for {shown(name)}; its tables are {takes}.")
        if not isinstance(value, dict):
            raise ConfigError(f"{name} in {path} must be a table, [{name}], not {shown(value)}.")
    own: dict[str, Any] = document.get(table, {})
    return _data_for_all(document, path) | own


def _data_for_all(document: dict[str, Any], path: Path) -> dict[str, Any]:
    """The data folder, which is one for all processes, whichever table names it."""
    found = {str(table["data"]): table["data"] for table in document.values() if "data" in table}
    if len(found) > 1:
        raise ConfigError(f"{path} has two data folders, {' and '.join(found)}; one is for everything.")
    return {"data": next(iter(found.values()))} if found else {}


def _sentence(cls: type[BaseSettings], error: ErrorDetails, places: dict[str, str]) -> str:
    if not error["loc"]:  # a rule between fields: its own sentence names them
        return f"{error['ctx']['error']}."
    name = str(error["loc"][0])
    field = cls.model_fields.get(name)
    where = places.get(name, name)
    if field is None:
        return f"{where} is not a setting; there are {', '.join(sorted(cls.model_fields))}."
    if "SecretStr" in str(field.annotation) or isinstance(error["input"], SecretStr):
        return f"{where} must be {field.description}; what it is now is not shown here."
    if error["type"] == "value_error":
        return f"{where}: {error['ctx']['error']}."
    return f"{where} must be {field.description}, not {shown(error['input'])}."
