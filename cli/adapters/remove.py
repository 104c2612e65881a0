"""`styleseal adapters remove`: one style less."""

from typing import Annotated

import typer

from adapters.settings import AdapterSettings
from cli.adapters.server import Server, owner
from cli.catalogue import library
from cli.settings import load_settings


def command(name: Annotated[str, typer.Argument(help="The style's name.")], server: Server = None) -> None:
    """Take an adapter out of the library; its file goes if no other style has it."""
    with library(load_settings(AdapterSettings)) as kept:
        style = kept.named(name, owner(server)).style
        kept.remove(name, owner(server))
    print(f"removed {style.name}")
