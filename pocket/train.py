"""Trains the pocket base from nothing: `python -m pocket.train all`, or one stage of it after the other.

Every stage goes on from its last checkpoint in the runs folder, so a kill loses minutes. On a GPU `all` takes minutes,
on two CPU cores a night; `--minutes` bounds a stage where there is less.
"""

import argparse
from multiprocessing import Process
from pathlib import Path

import torch

from pocket.autoencoder import train_autoencoder
from pocket.dataset import PART, cached_latents
from pocket.denoiser import FIRST_SEED, Encoder, train_denoiser, trained_autoencoder

STAGES = ("autoencoder", "latents", "denoiser", "decoder")


def cache_share(runs: Path, count: int, share: int, shares: int) -> None:
    """Encodes every `shares`-th part of the pictures; processes with different shares work beside each other."""
    torch.set_num_threads(1)
    encode = Encoder(trained_autoencoder(runs))
    for start in range(share * PART, count, shares * PART):
        cached_latents(runs, min(PART, count - start), encode, first=FIRST_SEED + start)


def cache_all(runs: Path, count: int, workers: int = 2) -> None:
    processes = [Process(target=cache_share, args=(runs, count, share, workers)) for share in range(workers)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
        if process.exitcode:
            raise SystemExit(f"caching latents failed with exit code {process.exitcode}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("stages", nargs="+", choices=(*STAGES, "all"))
    parser.add_argument("--runs", type=Path, default=Path("runs"), help="folder for checkpoints, latents and sheets")
    parser.add_argument("--autoencoder-steps", type=int, default=4300)
    parser.add_argument("--decoder-steps", type=int, default=6000)
    parser.add_argument("--denoiser-steps", type=int, default=9000)
    parser.add_argument("--pictures", type=int, default=24_000, help="drawn pictures that the denoiser learns from")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    wanted = STAGES if "all" in given.stages else given.stages
    if "autoencoder" in wanted:
        train_autoencoder(given.runs, given.autoencoder_steps)
    if "latents" in wanted:
        cache_all(given.runs, given.pictures)
    if "denoiser" in wanted:
        train_denoiser(given.runs, given.denoiser_steps, given.pictures)
    if "decoder" in wanted:
        train_autoencoder(given.runs, given.decoder_steps, decoder_only=True)


if __name__ == "__main__":
    main()
