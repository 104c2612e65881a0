"""Trains the pocket base from nothing: `python -m pocket.train all`, or one stage of it after the other.

Every stage goes on from its last checkpoint in the runs folder, so a kill loses minutes. A GPU is
used where one is at hand.
"""

import argparse
import os
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import torch

from pocket.autoencoder import train_autoencoder
from pocket.dataset import PART, cached_latents
from pocket.denoiser import FIRST_SEED, Encoder, train_denoiser, trained_autoencoder
from pocket.export import export
from pocket.location import ADAPTERS, BASE
from pocket.teach import teach_all
from pocket.treatments import TREATMENTS

STAGES = ("autoencoder", "latents", "denoiser", "decoder", "export", "styles")


def cache_part(runs: Path, count: int, start: int) -> None:
    """Encodes one part of the pictures, on one thread: parts are encoded beside each other."""
    torch.set_num_threads(1)
    encode = Encoder(trained_autoencoder(runs))
    cached_latents(runs, min(PART, count - start), encode, first=FIRST_SEED + start)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("stages", nargs="+", choices=(*STAGES, "all"))
    parser.add_argument("--runs", type=Path, default=Path("runs"), help="folder for checkpoints, latents and sheets")
    parser.add_argument("--autoencoder-steps", type=int, default=4300)
    parser.add_argument("--decoder-steps", type=int, default=6000)
    parser.add_argument("--denoiser-steps", type=int, default=12_000)
    parser.add_argument("--style-steps", type=int, default=1500)
    parser.add_argument("--styles", nargs="+", choices=tuple(TREATMENTS), default=tuple(TREATMENTS))
    parser.add_argument("--pictures", type=int, default=24_000, help="drawn pictures that the denoiser learns from")
    given = parser.parse_args()
    wanted = STAGES if "all" in given.stages else given.stages
    if "autoencoder" in wanted:
        train_autoencoder(given.runs, given.autoencoder_steps)
    if "latents" in wanted:
        workers = 1 if torch.cuda.is_available() else os.cpu_count()
        with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
            list(pool.map(partial(cache_part, given.runs, given.pictures), range(0, given.pictures, PART)))
    if "denoiser" in wanted:
        train_denoiser(given.runs, given.denoiser_steps, given.pictures)
    if "decoder" in wanted:
        train_autoencoder(given.runs, given.decoder_steps, decoder_only=True)
    if "export" in wanted:
        export(given.runs, BASE)
    if "styles" in wanted:
        teach_all(given.runs, ADAPTERS, given.style_steps, given.styles)


if __name__ == "__main__":
    main()
