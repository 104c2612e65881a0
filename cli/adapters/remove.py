"""`styleseal adapters remove`: one style less."""

from typing import Annotated

import typer

from adapters.library import EVERYONE
from adapters.settings import AdapterSettings
from cli.catalogue import library
from cli.settings import load_settings


def command(name: Annotated[str, typer.Argument(help="The style's name.")]) -> None:
    """Take an adapter out of the library; its file goes if no other style has it."""
    with library(load_settings(AdapterSettings)) as kept:
        style = kept.named(name, EVERYONE).style
        kept.remove(name, EVERYONE)
    print(f"removed {style.name}")
