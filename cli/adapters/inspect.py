"""`styleseal adapters inspect`: what a LoRA file is."""

from pathlib import Path
from typing import Annotated

import typer

from adapters.inspection import inspect
from cli.adapters.shown import as_json, as_table, described, facts, inspected


def command(
    file: Annotated[Path, typer.Argument(help="A .safetensors file.")],
    json: Annotated[bool, typer.Option("--json", help="Write JSON instead of a table.")] = False,
) -> None:
    """Say what a LoRA file is, and whether it can be painted with."""
    found = inspect(file)
    if json:
        as_json(inspected(found))
    else:
        as_table(facts([("file", str(file)), *described(found), ("refused", found.refusal)]))
