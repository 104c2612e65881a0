"""`styleseal engine`: the engine alone, until it is stopped."""

from typing import Annotated

import typer

from cli.settings import load_settings
from engine.settings import EngineSettings
from protocol.address import FORMS


def command(
    listen: Annotated[str | None, typer.Option(help=f"Where to listen: {FORMS}.", metavar="ADDRESS")] = None,
    token: Annotated[
        str | None,
        typer.Option(help="Bearer token to ask for. Others on this machine can see it; STYLESEAL_TOKEN they cannot."),
    ] = None,
    base: Annotated[
        str | None, typer.Option(help="pocket, a model folder, a .safetensors checkpoint, or a model id on the hub.")
    ] = None,
    device: Annotated[str | None, typer.Option(help="auto, cpu, mps, cuda or cuda:N.")] = None,
    dtype: Annotated[str | None, typer.Option(help="auto, fp32, fp16 or bf16.")] = None,
    parent_stdin: Annotated[bool, typer.Option("--parent-stdin", hidden=True)] = False,
) -> None:
    """Run the engine alone: it loads a base, listens, and paints what it is asked to."""
    settings = load_settings(EngineSettings, listen=listen, token=token, base=base, device=device, dtype=dtype)
    from engine.app import run  # loads the model libraries, so only once the settings are known to be right

    run(settings, ends_with_stdin=parent_stdin)
