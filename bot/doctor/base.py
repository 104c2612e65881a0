"""Whether the base is there and whole."""

from collections.abc import AsyncGenerator
from functools import partial
from pathlib import Path

from bot.doctor.aside import aside
from bot.doctor.finding import Finding, NotKnown, broken, gigabytes, listed, ok
from bot.doctor.visit import Visit


async def examine(visit: Visit) -> AsyncGenerator[Finding, None]:
    must_be_here(visit)
    base = await visit.base()
    kind = base.family.title if base.family is not None else base.pipeline or "of a kind not known here"
    title = f" ({kind})" if base.family is None or base.family.key != base.name else ""
    yield ok(f"The base {base.name}{title} is whole: {gigabytes(base.size)} of weights.")
    if (checker := visit.engine_settings.safety_checker) is not None:
        yield await aside(partial(_screen, checker))


def _screen(folder: Path) -> Finding:
    """Of what looks at finished pictures, by its files."""
    checker, processor = folder / "safety_checker", folder / "feature_extractor"
    checker = checker if checker.is_dir() else folder
    processor = processor if processor.is_dir() else checker
    needed = (checker / "config.json", processor / "preprocessor_config.json")
    missing = [str(path) for path in needed if not path.is_file()]
    missing += [] if any(checker.glob("*.safetensors")) else [str(checker / "*.safetensors")]
    if missing:
        sentence = f"The safety checker at {folder} is not whole: {listed(missing)} cannot be found."
        return broken(sentence, "Correct STYLESEAL_SAFETY_CHECKER, or leave it out for no screening.")
    return ok(f"The safety checker at {folder} is there: each finished picture is looked at.")


def must_be_here(visit: Visit) -> None:
    """Raises `NotKnown` where the engine is at an address of its own: its base and GPU may be another machine's."""
    if visit.bot.engine_address is not None:
        raise NotKnown
