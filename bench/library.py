"""`python -m bench.library`: what a large library of adapters costs, against an empty one, in one run."""

import hashlib
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from adapters.library import EVERYONE, Library, Quota
from adapters.styles import Style

SIZES = (0, 100, 1_000)
ROUNDS = 15
_LIST = "import sys; from cli.main import main; main(['styles', '--json'])"
_FACTS = {
    "kinds": {"LoRA": 128},
    "spellings": ["kohya"],
    "family": "SDXL",
    "triggers": [["a word", "class tokens"]] * 10,
}


def filled(folder: Path, styles: int) -> None:
    with closing(Library(folder)) as library:
        library._database.execute("PRAGMA synchronous = OFF")  # so that filling it does not take minutes
        for number in range(styles):
            data = b"adapter %d" % number
            with library.files.draft() as draft:
                draft.write_bytes(data)
                style = Style(
                    name=f"style {number}",
                    path=draft,
                    sha256=hashlib.sha256(data).hexdigest(),
                    title=f"Ink, number {number}",
                    trigger=f"in sks{number} style",
                    licence="CC0",
                )
                library.add(draft, style, len(data), _FACTS, EVERYONE, Quota(styles=styles))


def milliseconds(work: Callable[[], object]) -> float:
    """The median of some rounds."""
    taken = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return 1e3 * statistics.median(taken)


def measured(data: Path, styles: int) -> list[str]:
    folder = data / "adapters"
    filled(folder, styles)

    def opened() -> object:
        with closing(Library(folder)) as library:
            return library.styles()

    with closing(Library(folder)) as library:
        again = milliseconds(library.styles)
        choices = milliseconds(lambda: [(s.name, s.title, s.trigger) for s in library.styles()])
    command = milliseconds(lambda: _command(data))
    figures = (milliseconds(opened), again, choices, command)
    return [f"{styles:,}", *(f"{figure:.1f} ms" if figure >= 0.1 else f"{figure:.3f} ms" for figure in figures)]


def _command(data: Path) -> None:
    environment = {"STYLESEAL_DATA": str(data), "PATH": "/usr/bin:/bin"}
    subprocess.run([sys.executable, "-c", _LIST], env=environment, check=True, stdout=subprocess.DEVNULL)


def main() -> None:
    columns = ("adapters", "opened and listed", "listed again", "choices to complete a name", "`styleseal styles`")
    print(f"| {' | '.join(columns)} |\n| {' | '.join(['---:'] * len(columns))} |")
    for styles in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            print(f"| {' | '.join(measured(Path(folder), styles))} |")


if __name__ == "__main__":
    main()
