"""Which styles there are on this machine: the embedded ones, those in the data folder, those in the library."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

from adapters.library import Library
from adapters.settings import FOLDER, AdapterSettings
from adapters.styles import Catalogue
from engine.settings import EngineSettings
from pocket.location import ADAPTERS


def fixed_styles(settings: EngineSettings) -> Catalogue:
    """Those that are in no library: the embedded ones, and those in the data folder. Raises `AdapterRefused` for a
    broken styles.json."""
    return Catalogue.of(ADAPTERS, settings.data / "styles")


def styles_here(settings: EngineSettings) -> Catalogue:
    """A style of one's own hides an embedded one of the same name. Raises `AdapterRefused` for a broken styles.json,
    and `StorageFailed` for a library that cannot be read."""
    in_folders = fixed_styles(settings)
    folder = settings.data / FOLDER
    if not folder.exists():  # looking makes nothing
        return in_folders
    with closing(Library(folder)) as kept:
        return Catalogue([*in_folders, *kept.styles()])


@contextmanager
def library(settings: AdapterSettings) -> Iterator[Library]:
    with closing(Library(settings.folder)) as kept:
        yield kept
