"""Fuzzing guided by coverage, for as long as one likes: `python -m tests.fuzz.atheris_run --seconds N --corpus DIR`.

Half of the inputs are files, half are streams for the grammar. What reaches new code is kept in DIR/corpus, where the
next run goes on; a file that breaks a promise is written to DIR/failed, and ends the run. Needs atheris
(`pip install -c constraints.txt -e '.[fuzz]'`).
"""

import argparse
import hashlib
import random
import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["adapters", "protocol"]):
    from tests.fuzz.grammar import MARK, file_in
    from tests.fuzz.targets import SECONDS, Broken, check

SEEDS = Path(__file__).parent / "seeds"
STREAMS = 200
"""Short streams that an empty corpus begins with."""
LONGEST = 1 << 16
HANG_SECONDS = 30
SLOWER = 4
"""Than without what counts the coverage."""
MEGABYTES = 4_096


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--corpus", type=Path, default=Path("runs/fuzz"))
    options = parser.parse_args()
    corpus, failed = options.corpus / "corpus", options.corpus / "failed"
    for folder in (corpus, failed):
        folder.mkdir(parents=True, exist_ok=True)
    _sow(corpus)

    def one(data: bytes) -> None:
        file = file_in(data)
        try:
            check(file, SLOWER * SECONDS)
        except Broken:
            (failed / f"{hashlib.sha256(file).hexdigest()[:16]}.safetensors").write_bytes(file)
            raise

    limits = [f"-max_total_time={options.seconds}", f"-max_len={LONGEST}", f"-timeout={HANG_SECONDS}"]
    rest = [f"-rss_limit_mb={MEGABYTES}", f"-artifact_prefix={failed}/", "-print_final_stats=1"]
    atheris.Setup([sys.argv[0], *limits, *rest, str(corpus), str(SEEDS)], one, custom_mutator=_mutated)
    atheris.Fuzz()


def _sow(corpus: Path) -> None:
    if any(corpus.iterdir()):
        return
    chance = random.Random(0)
    for number in range(STREAMS):
        (corpus / f"stream-{number}").write_bytes(MARK + chance.randbytes(chance.choice((8, 32, 100, 300))))


def _mutated(data: bytes, longest: int, seed: int) -> bytes:
    """A stream stays one, now and then it becomes the file that it stands for."""
    if not data.startswith(MARK):
        return bytes(atheris.Mutate(data, longest))
    if seed % 64 == 0 and len(file := file_in(data)) <= longest:
        return file
    return MARK + bytes(atheris.Mutate(data.removeprefix(MARK), longest - len(MARK)))


if __name__ == "__main__":
    main()
