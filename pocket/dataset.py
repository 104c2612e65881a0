"""Drawn pictures kept on disk as arrays, so that a training step draws nothing."""

from collections.abc import Callable
from multiprocessing import Pool
from pathlib import Path
from random import Random

import numpy as np
from numpy.typing import NDArray

from pocket.draw import SIZE, Motif, draw, random_motif
from pocket.treatments import TREATMENTS, treat

Pictures = NDArray[np.uint8]
PART = 2_000
"""Pictures in one file of cached latents."""
Encode = Callable[[Pictures], NDArray[np.float32]]


def motif_of(seed: int) -> Motif:
    """The motif of the drawn picture with that seed."""
    return random_motif(Random(seed ^ 0x5EA1))


def drawn(seed: int, style: str | None = None) -> NDArray[np.uint8]:
    """The picture of a seed, in a style where one is named; shape (SIZE, SIZE, 3)."""
    image = draw(motif_of(seed), seed)
    return np.asarray(treat(image, style, seed) if style else image)


def _drawn_for_autoencoder(seed: int) -> NDArray[np.uint8]:
    """Every other picture is in some style: the decoder must know them all."""
    names = list(TREATMENTS)
    return drawn(seed, names[seed // 2 % len(names)] if seed % 2 else None)


def autoencoder_pictures(folder: Path, count: int, workers: int = 2) -> Pictures:
    """A read-only array of shape (count, SIZE, SIZE, 3), drawn once and kept in the folder."""
    path = folder / f"autoencoder-{count}.npy"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".draft")
        pictures = np.lib.format.open_memmap(draft, "w+", np.uint8, (count, SIZE, SIZE, 3))
        with Pool(workers) as pool:
            for i, picture in enumerate(pool.imap(_drawn_for_autoencoder, range(count), chunksize=64)):
                pictures[i] = picture
        pictures.flush()
        draft.replace(path)
    return np.load(path, mmap_mode="r")  # type: ignore[no-any-return]


def cached_latents(
    runs: Path, count: int, encode: Encode, style: str | None = None, first: int = 0
) -> NDArray[np.float16]:
    """Latents of the drawn pictures with seeds first..first+count-1, encoded once and kept in `runs`.

    Shape (count, channels, side, side), not yet scaled. A kill loses at most the last part.
    """
    parts = []
    for start in range(first, first + count, PART):
        path = runs / f"latents-{style or 'plain'}" / f"{start}-{min(PART, first + count - start)}.npy"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            seeds = range(start, min(start + PART, first + count))
            batches = [np.stack([drawn(s, style) for s in seeds[i : i + 32]]) for i in range(0, len(seeds), 32)]
            draft = path.with_suffix(".draft.npy")
            np.save(draft, np.concatenate([encode(batch) for batch in batches]).astype(np.float16))
            draft.replace(path)
        parts.append(np.load(path))
    return np.concatenate(parts)
