"""Whether a backup is sound: every file as it was, and both databases readable to the last page."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from bot.backup.archive import Reading, reading
from bot.backup.manifest import BOT, LIBRARY_DATABASE, Manifest, Progress, disk_faults
from bot.store import snapshot


def check(path: Path, progress: Progress) -> tuple[Manifest, list[str]]:
    """With a sentence for everything that is wrong. Raises `BackupFailed` for what is no backup at all."""
    with reading(path) as backup, disk_faults("checked"):
        manifest = backup.manifest
        problems = [f"{name}: {problem}." for name, problem in _problems(backup, counted(progress, manifest.size))]
        return manifest, problems + [f"{name}: the backup's manifest does not name it." for name in backup.strangers()]


def _problems(backup: Reading, on_bytes: Callable[[int], None]) -> Iterator[tuple[str, str]]:
    for name in backup.manifest.files:
        if name in (BOT, LIBRARY_DATABASE):
            problem = _database_problem(backup, name, on_bytes)
        else:
            problem = backup.problem(name, on_bytes)
        if problem:
            yield name, problem


def _database_problem(backup: Reading, name: str, on_bytes: Callable[[int], None]) -> str:
    with tempfile.TemporaryDirectory(prefix="styleseal-") as folder:
        path = Path(folder) / "copy.sqlite"
        with path.open("wb") as file:
            problem = backup.problem(name, on_bytes, file)
        return problem or snapshot.problem(path)


def counted(progress: Progress, total: int) -> Callable[[int], None]:
    """Takes how many bytes more are done."""
    done = 0

    def more(count: int) -> None:
        nonlocal done
        done += count
        progress(done, total)

    return more
