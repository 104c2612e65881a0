"""`styleseal gallery`: one picture in each embedded style, and one without any."""

from collections.abc import Iterator
from contextlib import aclosing
from pathlib import Path

from adapters.styles import Catalogue, Style
from cli.engine_at_hand import EngineAtHand, engine_at_hand, run_to_its_end
from cli.save import named, save, zoomed
from cli.settings import load_settings
from cli.show import Show
from cli.wish import Files
from engine.settings import EngineSettings
from pocket.location import ADAPTERS
from protocol.errors import InvalidRequest
from protocol.events import Completed
from protocol.order import PaintOrder
from protocol.paint import PaintRequest

PROMPT = "a portrait of a red astronaut in space"
SEED = 7
FOLDER = Path("pictures")
ZOOM = 4
"""The embedded base paints 128 pixels a side, which a screen shows as a stamp."""


def command() -> None:
    """Paint one picture in each embedded style into ./pictures/, and one without any."""
    settings = load_settings(EngineSettings)
    make_folder()
    run_to_its_end(_paint_all(settings))
    print(f"The pictures are in {FOLDER.absolute()}")


def make_folder() -> None:
    """Raises `InvalidRequest` where it cannot be."""
    try:
        FOLDER.mkdir(exist_ok=True)
    except OSError as wrong:
        raise InvalidRequest(f"The folder {FOLDER.absolute()} cannot be made: {wrong.strerror}.") from wrong


async def _paint_all(settings: EngineSettings) -> None:
    with Show(pictures()) as show:
        async with engine_at_hand(settings, show.sentence) as engine:
            await paint_all(engine, show)


def pictures() -> int:
    """How many there will be."""
    return len(Catalogue.of(ADAPTERS)) + 1


async def paint_all(engine: EngineAtHand, show: Show) -> None:
    """Into the folder, which must be there."""
    catalogue = Catalogue.of(ADAPTERS)
    files = Files(catalogue, ())
    for name, request in _requests(catalogue):
        await _paint(engine, request, files, FOLDER / f"{name}.png", show)


def _requests(catalogue: Catalogue) -> Iterator[tuple[str, PaintRequest]]:
    """One for each file to write, by its name."""
    yield "plain", _request(None)
    for style in catalogue:
        yield style.name, _request(style)


def _request(style: Style | None) -> PaintRequest:
    return PaintRequest(prompt=PROMPT, seed=SEED, adapters=() if style is None else (style.use(),))


async def _paint(engine: EngineAtHand, request: PaintRequest, files: Files, path: Path, show: Show) -> None:
    names = tuple(files.name(use.sha256) for use in request.adapters)
    async with aclosing(engine.paint(PaintOrder(request=request, stream=True), files)) as events:
        async for event in events:
            show.event(event)
            if isinstance(event, Completed):
                save(path, named(zoomed(event.png, ZOOM), names))
