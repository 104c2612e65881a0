"""`styleseal adapters export`: an adapter for other programs."""

from pathlib import Path
from typing import Annotated

import typer

from adapters.families import families
from adapters.inspection import validate
from adapters.styles import Style
from cli.catalogue import styles_here
from cli.save import check_place, saved_through
from cli.settings import load_settings
from engine.settings import EngineSettings
from protocol.errors import AdapterRefused


def command(
    name: Annotated[str, typer.Argument(help="The style's name.")],
    to: Annotated[str, typer.Option(help="kohya (A1111, Forge, ComfyUI), or diffusers.")] = "kohya",
    out: Annotated[Path | None, typer.Option(help="The file to write; otherwise it is named after the style.")] = None,
) -> None:
    """Write an adapter as other programs spell it, with what it is called in its metadata."""
    style = styles_here(load_settings(EngineSettings)).named(name)
    path = out or Path(f"{style.name.replace('/', '-')}.{to}.safetensors")
    check_place(path)
    with saved_through(path) as part:
        _export(style, to, part)
    print(path)


def _export(style: Style, to: str, path: Path) -> None:
    from adapters import export, reading  # load torch

    style.read()
    style.check()
    meant = validate(style.path).family
    family = next((one for one in families() if meant is not None and one.key == meant.family), None)
    if family is None:
        raise AdapterRefused(f"The base that {style.name} is for is not known here, and its names depend on it.")
    adapter = reading.read_adapter(style.path, style.sha256, family.names, family.title)
    label = export.Label(
        title=style.title, trigger=style.trigger, family=family.key, licence=style.licence, credit=style.credit
    )
    export.write(adapter, family.layers, to, label, path)
