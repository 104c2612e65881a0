"""What is promised of every file from a stranger, by the functions that are handed one: it is taken, or refused with
`AdapterRefused`; within a second of the processor's time; in no more memory than 200 MB above its size."""

import contextlib
import ctypes
import gc
import io
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import torch

from adapters.families import families
from adapters.header import header_of
from adapters.inspection import inspect, validate
from adapters.reading import read_adapter
from protocol.errors import AdapterRefused
from tests.fuzz.tables import TABLES

SECONDS = 1.0
BYTES = 200 * 10**6
LONGEST_SENTENCE = 1_000
_STATUS = Path("/proc/self/status")
_RESET = Path("/proc/self/clear_refs")


class Broken(AssertionError):
    """A promise that was not kept."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one call: the processor's seconds, the most bytes it held at once, and whether the file was taken."""

    seconds: float
    bytes: int
    taken: bool


def header(data: bytes) -> Cost:
    return _cost(lambda: header_of(io.BytesIO(data), len(data)))


def inspection(data: bytes) -> Cost:
    return _on_disk(data, inspect)


def validation(data: bytes) -> Cost:
    return _on_disk(data, validate)


def narrow_reading(data: bytes) -> Cost:
    return _on_disk(data, lambda path: read_adapter(path, "0" * 64, TABLES["narrow"], "narrow"))


def wide_reading(data: bytes) -> Cost:
    return _on_disk(data, lambda path: read_adapter(path, "0" * 64, TABLES["wide"], "wide"))


TARGETS: Mapping[str, Callable[[bytes], Cost]] = {
    "header": header,
    "inspect": inspection,
    "validate": validation,
    "read for narrow layers": narrow_reading,
    "read for wide layers": wide_reading,
}


def check(data: bytes, seconds: float = SECONDS) -> dict[str, Cost]:
    """What each target takes for the file. Raises `Broken`."""
    costs = {}
    for name, target in TARGETS.items():
        cost = costs[name] = target(data)
        if cost.seconds > seconds or cost.bytes > BYTES + len(data):
            took = f"{cost.seconds:.2f} s and {cost.bytes / 1e6:.0f} MB"
            raise Broken(f"{name}: took {took} for a file of {len(data) / 1e6:.1f} MB")
    return costs


def _on_disk(data: bytes, call: Callable[[Path], object]) -> Cost:
    with tempfile.NamedTemporaryFile(suffix=".safetensors") as file:
        file.write(data)
        file.flush()
        return _cost(lambda: call(Path(file.name)))


def _cost(call: Callable[[], object]) -> Cost:
    families()  # made once in a process's life, which is nobody's file's fault
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # others would count while they wait for work
    gc.freeze()  # what other tests left on the heap would be looked through as well
    try:
        before, began = _held(), time.process_time()
        taken = _taken(call)
        return Cost(time.process_time() - began, _peak() - before, taken)
    finally:
        gc.unfreeze()
        torch.set_num_threads(threads)


def _taken(call: Callable[[], object]) -> bool:
    try:
        call()
    except AdapterRefused as wrong:
        if not 0 < len(wrong.sentence) < LONGEST_SENTENCE:
            raise Broken(f"refused in {len(wrong.sentence)} characters") from wrong
        return False
    except Exception as wrong:
        raise Broken(f"{type(wrong).__name__}: {str(wrong)[:200]}") from wrong
    return True


def _held() -> int:
    """Bytes in memory now. On Linux the peak starts anew from here; elsewhere it is that of the process's whole life,
    and only what goes beyond it is seen."""
    if not sys.platform.startswith("linux"):
        return _peak()
    with contextlib.suppress(OSError, AttributeError):  # what was freed is given back, where the C library is glibc
        ctypes.CDLL(None).malloc_trim(0)
    _RESET.write_text("5")
    return _line("VmRSS:")


def _peak() -> int:
    if sys.platform.startswith("linux"):
        return _line("VmHWM:")
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


def _line(name: str) -> int:
    text = next(line for line in _STATUS.read_text("ascii", "replace").splitlines() if line.startswith(name))
    return int(text.split()[1]) * 1024


def main() -> None:
    """Says what the files named on the command line cost."""
    for name in sys.argv[1:]:
        try:
            for target, cost in check(Path(name).read_bytes()).items():
                taken = "taken" if cost.taken else "refused"
                print(f"{name}: {target}: {cost.seconds:.3f} s, {cost.bytes / 1e6:.1f} MB, {taken}")
        except Broken as broken:
            print(f"{name}: {broken}")


if __name__ == "__main__":
    main()
