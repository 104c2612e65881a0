"""`styleseal backup`: what the bot keeps as one file, and that file back again."""

import contextlib
import sys
from collections.abc import Iterator
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, SpinnerColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from bot.backup.checking import check
from bot.backup.making import make
from bot.backup.manifest import Manifest, Progress
from bot.backup.restoring import restore
from bot.settings import BotSettings
from cli.settings import load_settings
from protocol.errors import InvalidRequest

_MOST_PROBLEMS = 20


def command(
    file: Annotated[
        Path | None, typer.Argument(help="The .tar to write; otherwise it is named after the time.")
    ] = None,
    without_pictures: Annotated[
        bool, typer.Option("--without-pictures", help="Leave the painted pictures out, which is most of it.")
    ] = False,
    checked: Annotated[
        Path | None, typer.Option("--check", metavar="FILE", help="Say whether this backup is sound; change nothing.")
    ] = None,
    restored: Annotated[
        Path | None, typer.Option("--restore", metavar="FILE", help="Put this backup back into the data folder.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="With --restore: set aside what is in the data folder already.")
    ] = False,
) -> None:
    """Copy what the bot keeps into one file, also while it runs: its database, styles and adapters, and the pictures it
    painted. Keep that file safe: members' prompts and pictures are in it."""
    _check_words(file, checked, restored, without_pictures, force)
    if checked is not None:
        _check(checked)
    elif restored is not None:
        _restore(restored, force)
    else:
        _make(file, not without_pictures)


def _check_words(file: Path | None, checked: Path | None, restored: Path | None, bare: bool, force: bool) -> None:
    if sum(one is not None for one in (file, checked, restored)) > 1:
        raise InvalidRequest("Only one at a time: a file to write, --check or --restore.", param="file")
    if bare and (checked or restored):
        raise InvalidRequest("--without-pictures is for writing a backup.", param="without_pictures")
    if force and not restored:
        raise InvalidRequest("--force goes with --restore; a backup is never written over.", param="force")


def _make(file: Path | None, pictures: bool) -> None:
    data = load_settings(BotSettings).data
    target = (file or Path(f"styleseal-{datetime.now():%Y-%m-%d-%H%M%S}.tar")).absolute()
    with _bar("Copying") as progress:
        made = make(data, target, styleseal=version("styleseal"), pictures=pictures, progress=progress)
    print(f"{target}: {_described(made)}")


def _check(path: Path) -> None:
    with _bar("Reading") as progress:
        manifest, problems = check(path.absolute(), progress)
    for problem in problems[:_MOST_PROBLEMS]:
        print(problem, file=sys.stderr)
    if more := problems[_MOST_PROBLEMS:]:
        print(f"... and {len(more)} more.", file=sys.stderr)
    if problems:
        print(f"{path} is damaged; make another backup.", file=sys.stderr)
        raise typer.Exit(1)
    print(f"{path} is sound: {_described(manifest)}")


def _restore(path: Path, force: bool) -> None:
    data = load_settings(BotSettings).data
    with _bar("Putting back") as progress:
        manifest, old = restore(path.absolute(), data, force=force, progress=progress)
    print(f"{data} is as it was: {_described(manifest)}")
    if old is not None:
        print(f"What was there before is in {old}; remove it when it is not needed any more.")


def _described(manifest: Manifest) -> str:
    without = "" if manifest.with_pictures else ", without the painted pictures"
    made = f"StyleSeal {manifest.styleseal}, {manifest.made_at}"
    count = len(manifest.files)
    return f"{count} {'file' if count == 1 else 'files'}, {manifest.size / 2**20:.1f} MiB{without} ({made})."


@contextlib.contextmanager
def _bar(what: str) -> Iterator[Progress]:
    """One line on the terminal; where stderr is no terminal, nothing."""
    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Bar(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
