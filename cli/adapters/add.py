"""`styleseal adapters add`: a LoRA file becomes a style to paint in, once it has shown what it does."""

import contextlib
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Annotated

import typer

from adapters.intake import Candidate, from_file, from_source, name_after
from adapters.library import EVERYONE, Kept, Library, Quota
from adapters.previews import keep
from adapters.settings import AdapterSettings
from adapters.sources import table
from adapters.styles import Style
from bot.adding.admission import Trial
from cli.adapters.folder import file_in
from cli.adapters.shown import as_json, as_table, counted, facts, size
from cli.catalogue import library
from cli.engine_at_hand import engine_at_hand, run_to_its_end
from cli.settings import load_settings
from cli.show import Show
from engine.settings import EngineSettings
from protocol import limits

NO_QUOTA = Quota(styles=1_000_000, bytes=1 << 60)


def command(
    source: Annotated[str, typer.Argument(help="A file, a folder, or a link: https, Civitai, Hugging Face.")],
    name: Annotated[str | None, typer.Option(help="What the style is called; otherwise after its title.")] = None,
    trigger: Annotated[str | None, typer.Option(help='The words that wake it; "" for none.')] = None,
    weight: Annotated[float, typer.Option(help="The recommended weight.")] = 1.0,
    title: Annotated[str, typer.Option(help="A line about it.")] = "",
    json: Annotated[bool, typer.Option("--json", help="Write JSON instead of a table.")] = False,
) -> None:
    """Take in a LoRA file as a style: styleseal adapters add ink.safetensors --name ink --trigger "in ink style"."""
    settings = load_settings(AdapterSettings)
    wanted = _Wanted(name, trigger, weight, title)
    wanted.check()
    with library(settings) as kept, _meant(source) as meant:
        kept.sweep()
        if name is not None:
            kept.check_name(EVERYONE, name)
        run_to_its_end(_add(settings, kept, meant, wanted, json))


class _Wanted:
    """What was asked for beside the file itself; None is left to the file."""

    def __init__(self, name: str | None, trigger: str | None, weight: float, title: str) -> None:
        self.name, self.trigger, self.weight, self.title = name, trigger, weight, title

    def check(self) -> None:
        """Raises `InvalidRequest` for what no style can have, while nothing has been fetched yet."""
        Style(
            name=self.name or "style",
            path=Path(),
            sha256="0" * 64,
            title=self.title,
            trigger=self.trigger or "",
            weight=self.weight,
            weight_range=limits.WEIGHT,
        )

    def style(self, candidate: Candidate) -> Style:
        trigger = candidate.trigger if self.trigger is None else self.trigger
        style = candidate.style(self.name or "style", trigger, self.weight, self.title)
        return style if self.name else candidate.style(name_after(style.title), trigger, self.weight, self.title)


async def _add(settings: AdapterSettings, kept: Library, source: Path | str, wanted: _Wanted, json: bool) -> None:
    with Show(2) as show:
        async with _candidate(settings, kept, source, show) as candidate:
            style = wanted.style(candidate)
            kept.check_room(EVERYONE, style, candidate.inspection.size, NO_QUOTA)
            async with engine_at_hand(load_settings(EngineSettings), show.sentence) as engine:
                trial = await engine.tried(style.use(), lambda _: style.path.read_bytes(), show.event)
            added = kept.add(style.path, style, candidate.inspection.size, candidate.facts(), EVERYONE, NO_QUOTA)
    keep(kept, added.id, trial.plain, trial.painted)
    if json:
        as_json(_facts(kept, added, trial))
    else:
        as_table(facts(_rows(kept, added, trial)))


@contextlib.contextmanager
def _meant(source: str) -> Iterator[Path | str]:
    """A file of this machine, or a link."""
    path = Path(os.path.expanduser(source))  # noqa: PTH111 - the other raises for a user that there is not
    if "://" not in source and (os.path.exists(path) or path.suffix == ".safetensors"):  # noqa: PTH110 - as does this
        with file_in(path) as file:
            yield file
    else:
        yield source


@contextlib.asynccontextmanager
async def _candidate(
    settings: AdapterSettings, kept: Library, source: Path | str, show: Show
) -> AsyncIterator[Candidate]:
    if isinstance(source, Path):
        with from_file(kept.files, source) as candidate:
            yield candidate
        return
    async with (
        table.connected(settings.rules, settings.keys) as web,
        from_source(kept.files, web, source, show.bytes) as candidate,
    ):
        yield candidate


def _rows(kept: Library, added: Kept, trial: Trial) -> list[tuple[str, str]]:
    style, known = added.style, added.facts
    others = [f"{words} ({source})" for words, source in known["triggers"] if words != style.trigger]
    return [
        ("added", style.name),
        ("title", style.title),
        ("trigger", style.trigger or "none"),
        ("or perhaps", ", ".join(others[:5])),
        ("kind", f"{counted(known['kinds'])}, {', '.join(known['spellings'])}"),
        ("base", known["family"]),
        ("weight", f"{style.weight:g}"),
        ("licence", style.licence),
        ("credit", style.credit),
        ("size", size(added.size)),
        ("changes the picture by", f"{trial.difference:.1%}"),
        ("card", str(kept.preview(added.id, "card"))),
    ]


def _facts(kept: Library, added: Kept, trial: Trial) -> dict[str, object]:
    style = added.style
    own = {"name": style.name, "title": style.title, "trigger": style.trigger, "weight": style.weight}
    rest = {"sha256": style.sha256, "bytes": added.size, "difference": trial.difference}
    return own | rest | added.facts | {"card": str(kept.preview(added.id, "card"))}
