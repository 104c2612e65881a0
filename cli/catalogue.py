"""Which styles there are on this machine: the embedded ones, and those in the data folder."""

from adapters.styles import Catalogue
from engine.settings import EngineSettings
from pocket.location import ADAPTERS


def styles_here(settings: EngineSettings) -> Catalogue:
    """A style of one's own hides an embedded one of the same name. Raises `AdapterRefused` for a broken styles.json."""
    return Catalogue.of(ADAPTERS, settings.data / "styles")
