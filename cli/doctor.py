"""`styleseal doctor`: what is wrong with this installation, and what to do about it."""

import asyncio
import contextlib
import difflib
import json
import logging
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import aclosing
from importlib.metadata import version
from typing import Annotated, Any

import typer
from pydantic_settings import BaseSettings
from rich.console import Console
from rich.table import Table

from adapters.settings import FOLDER, AdapterSettings
from bot.doctor.aside import new_loop
from bot.doctor.case import Case, EngineCase
from bot.doctor.finding import Finding, Mark
from bot.doctor.rounds import Examined, findings
from bot.settings import BotSettings
from cli.settings import PREFIX, ConfigError, Settings, config_file, load_settings
from engine.settings import EngineSettings
from pocket.location import ADAPTERS, BASE

_MARKS = {Mark.OK: ("✓", "ok", "green"), Mark.WARNING: ("!", "!!", "yellow"), Mark.BROKEN: ("✗", "XX", "bold red")}
"""What stands before a finding, the same for a terminal that has no such letters, and its colour."""
_ENDINGS = {
    Mark.OK: "All is well.",
    Mark.WARNING: "It works; what is marked with ! could be better.",
    Mark.BROKEN: "What is marked with ✗ has to be put right.",
}
_OTHER_VARIABLES = ("CONFIG", "DEBUG", "DISCORD_SPEC")
"""Those that are read without being settings."""
_NEAR = 0.85


def command(
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON instead of a list.")] = False,
    start_engine: Annotated[
        bool, typer.Option("--start-engine", help="Start an engine and ask it, too; a large base takes minutes.")
    ] = False,
) -> None:
    """Look at everything that can be wrong, and say what to do about it. Nothing is changed. Exits with 1 where
    something is broken; warnings are no reason to."""
    logging.getLogger("discord").addHandler(logging.NullHandler())  # what it warns of is for a bot that runs
    with _case(start_engine) as case, asyncio.Runner(loop_factory=new_loop) as runner:
        found = runner.run(_as_json(case) if as_json else _as_list(case))
    if any(one.finding.mark is Mark.BROKEN for one in found):
        raise typer.Exit(1)


@contextlib.contextmanager
def _case(start_engine: bool) -> Iterator[Case]:
    wrong: list[str] = []
    bot, engine = _read(BotSettings, wrong), _read(EngineSettings, wrong)
    _read(AdapterSettings, wrong)
    file = None
    with contextlib.suppress(ConfigError):
        file = config_file(BotSettings, {})
    with tempfile.TemporaryDirectory(prefix="styleseal-") as folder:
        # An engine started here keeps nothing in the data folder, and is told by the same file.
        told = {"data": folder} | ({} if file is None else {"config": str(file)})
        yield Case(
            bot=bot,
            engine=None if engine is None else _engine(engine),
            wrong=tuple(dict.fromkeys(wrong)),
            misspelt=_misspelt(),
            settings_file=file,
            pocket=BASE,
            embedded=ADAPTERS,
            library=FOLDER,
            start_with=told if start_engine and engine is not None else None,
        )


def _read(cls: type[Settings], wrong: list[str]) -> Settings | None:
    try:
        return load_settings(cls)
    except ConfigError as error:
        wrong += error.sentence.splitlines()
        return None


def _engine(settings: EngineSettings) -> EngineCase:
    return EngineCase(
        base=settings.base,
        device=settings.device,
        dtype=settings.dtype,
        address=settings.address,
        token=settings.token,
        safety_checker=settings.safety_checker,
    )


def _misspelt() -> dict[str, str]:
    """Only what comes near a setting's name: other programs may have variables that begin so."""
    classes: tuple[type[BaseSettings], ...] = (BotSettings, EngineSettings, AdapterSettings)
    names = {f"{PREFIX}{name.upper()}" for cls in classes for name in cls.model_fields}
    names |= {PREFIX + name for name in _OTHER_VARIABLES}
    near = {
        name: difflib.get_close_matches(name, names, n=1, cutoff=_NEAR)
        for name in os.environ
        if name.startswith(PREFIX) and name not in names
    }
    return {name: meant[0] for name, meant in near.items() if meant}


async def _as_json(case: Case) -> list[Examined]:
    async with aclosing(findings(case)) as told:
        found = [one async for one in told]
    facts = [_facts(one) for one in found]
    broken = any(one.finding.mark is Mark.BROKEN for one in found)
    json.dump({"ok": not broken, "version": version("styleseal"), "findings": facts}, sys.stdout, indent=2)
    print()
    return found


def _facts(one: Examined) -> dict[str, Any]:
    finding = one.finding
    return {"examination": one.name, "mark": finding.mark, "sentence": finding.sentence, "todo": finding.todo}


async def _as_list(case: Case) -> list[Examined]:
    """Each as soon as it is known."""
    console = Console(markup=False, emoji=False, highlight=False)
    found: list[Examined] = []
    async with aclosing(findings(case)) as told:
        with _sign_of_life():
            async for one in told:
                found.append(one)
                _print(_line(one.finding, console), console)
    worst = max((one.finding.mark for one in found), key=list(Mark).index, default=Mark.OK)
    console.print(_plain(f"\n{_ENDINGS[worst]}", console))
    return found


def _sign_of_life() -> contextlib.AbstractContextManager[object]:
    console = Console(stderr=True)
    return console.status("Looking.") if console.is_terminal else contextlib.nullcontext()


def _line(finding: Finding, console: Console) -> Table:
    sign, plain, colour = _MARKS[finding.mark]
    ascii_only = console.options.ascii_only
    line = Table.grid(padding=(0, 1), pad_edge=False)
    line.add_column(width=len(plain) if ascii_only else 1, style=colour)
    line.add_column(overflow="fold")
    line.add_row(plain if ascii_only else sign, _plain(finding.sentence, console))
    if finding.todo:
        advice = Table.grid(padding=(0, 1))
        advice.add_column(width=2 if ascii_only else 1)
        advice.add_column(overflow="fold")
        advice.add_row("->" if ascii_only else "→", _plain(finding.todo, console))
        line.add_row("", advice)
    return line


def _print(line: Table, console: Console) -> None:
    """Into a file without the spaces that fill a table's lines."""
    with console.capture() as captured:
        console.print(line)
    lines = captured.get().splitlines()
    console.file.write("".join(f"{one}\n" if console.is_terminal else f"{one.rstrip()}\n" for one in lines))
    console.file.flush()


def _plain(text: str, console: Console) -> str:
    """What the terminal can write of it."""
    for sign, plain, _ in _MARKS.values():
        text = text.replace(sign, plain) if console.options.ascii_only and not sign.isascii() else text
    return text.encode(console.encoding, "replace").decode(console.encoding)
