"""The `styleseal` command. A verb is a module with a function `command` and one line in the table here; the module is
imported only when its verb is used, so that asking for help costs nothing.
"""

import importlib
import os
import sys
from collections.abc import Sequence
from importlib.metadata import version
from typing import Annotated, NamedTuple

import typer

from protocol.errors import StyleSealError


class Verb(NamedTuple):
    name: str
    module: str
    help: str
    verbs: "tuple[Verb, ...]" = ()
    """Those behind it, where it is a group of them; then it has no module."""


ADAPTERS: tuple[Verb, ...] = (
    Verb("add", "cli.adapters.add", "Take in a LoRA file, from this machine or a link, as a style to paint in."),
    Verb("list", "cli.adapters.list", "List the adapters there are, the embedded ones too."),
    Verb("inspect", "cli.adapters.inspect", "Say what a LoRA file is, and whether it can be painted with."),
    Verb("verify", "cli.adapters.verify", "Read every file in the library again and compare it with its hash."),
    Verb("export", "cli.adapters.export", "Write an adapter as other programs spell it."),
    Verb("publish", "cli.adapters.publish", "Make a style that a server added everyone's."),
    Verb("remove", "cli.adapters.remove", "Take an adapter out of the library."),
)
VERBS: tuple[Verb, ...] = (
    Verb("paint", "cli.paint", "Paint a picture."),
    Verb("styles", "cli.styles", "List the styles there are, each with its trigger and recommended weight."),
    Verb("adapters", "", "The library of adapters: add, list, inspect, verify, export, publish, remove.", ADAPTERS),
    Verb("engine", "cli.engine", "Run the engine alone: it loads a base, listens, and paints what it is asked to."),
    Verb("gallery", "cli.gallery", "Paint one picture in each embedded style into ./pictures/, and one without any."),
    Verb("run", "cli.run", "Start the engine and the bot; without a token of Discord's, in a playground here."),
    Verb("doctor", "cli.doctor", "Look at everything that can be wrong, and say what to do about it."),
    Verb("backup", "cli.backup", "Copy what the bot keeps into one file, check such a file, or put it back."),
    Verb("playground", "cli.playground", "Try a bot without Discord: API, gateway and a page, on this machine."),
)


_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None, verbs: Sequence[Verb] = VERBS) -> None:
    """Runs a verb and exits: 0 done, 1 could not, 2 asked wrongly, 130 interrupted. What went wrong is a sentence on
    stderr; STYLESEAL_DEBUG=1 shows the traceback instead."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if os.environ.get("STYLESEAL_DEBUG"):
        build(given, verbs)(given, prog_name="styleseal")
        return
    code = 0
    try:
        _carried_out(given, verbs)
    except* StyleSealError as caught:  # a verb that runs tasks raises a group
        for error in _leaves(caught):
            for line in error.sentence.splitlines():
                print(f"styleseal: {line}", file=sys.stderr)
            code = max(code, exit_code(error))
    sys.exit(code)


def _carried_out(given: list[str], verbs: Sequence[Verb]) -> None:
    try:
        build(given, verbs)(given, prog_name="styleseal")
    except KeyboardInterrupt:  # while the verb's module is imported; a verb's own is typer's
        sys.exit(_INTERRUPTED)


def build(arguments: Sequence[str], verbs: Sequence[Verb]) -> typer.Typer:
    """The command with the one verb that is used imported, and of the others only the name and the line of help."""
    app = typer.Typer(
        help="Paints in a community's own sealed styles.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_options)
    _fill(app, [word for word in arguments if not word.startswith("-")], verbs)
    return app


def _fill(app: typer.Typer, words: Sequence[str], verbs: Sequence[Verb]) -> None:
    """`words` are what was written without the options; the first is the verb."""
    for verb in verbs:
        used = words[:1] == [verb.name]
        if verb.verbs:
            group = typer.Typer(help=verb.help, no_args_is_help=True)
            _fill(group, words[1:] if used else [], verb.verbs)
            app.add_typer(group, name=verb.name)
        else:
            function = importlib.import_module(verb.module).command if used else _not_imported
            app.command(verb.name, help=None if used else verb.help)(function)


def exit_code(error: StyleSealError) -> int:
    """2 where other words or another file would have worked, 1 where only another time or place would."""
    return 2 if error.status in (400, 422) else 1


def _not_imported() -> None:
    raise AssertionError("the verb that runs is the one that was imported")


def _say_version(asked: bool) -> None:
    if asked:
        print(f"styleseal {version('styleseal')}")
        raise typer.Exit


def _options(
    _: Annotated[bool, typer.Option("--version", help="Say which version this is.", callback=_say_version)] = False,
) -> None:
    """Options of the command itself; every one is a flag, so the first bare word is the verb."""


def _leaves(group: BaseExceptionGroup[StyleSealError]) -> list[StyleSealError]:
    found: list[StyleSealError] = []
    for error in group.exceptions:
        found += _leaves(error) if isinstance(error, BaseExceptionGroup) else [error]
    return found
