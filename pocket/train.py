"""Trains the pocket base from nothing: `python -m pocket.train all`, or one stage of it after the other.

Every stage goes on from its last checkpoint in the runs folder, so a kill loses minutes. A GPU is
used where one is at hand.
"""

import argparse
import os
from collections.abc import Callable
from multiprocessing import Process
from pathlib import Path

import torch
import torch.distributed as dist

from pocket.autoencoder import train_autoencoder
from pocket.dataset import PART, cached_latents
from pocket.denoiser import FIRST_SEED, Encoder, train_denoiser, trained_autoencoder
from pocket.export import READING, export
from pocket.location import ADAPTERS, BASE
from pocket.reading import train_reading
from pocket.teach import teach_all
from pocket.treatments import TREATMENTS

STAGES = ("autoencoder", "latents", "denoiser", "reading", "decoder", "export", "styles")


def cache_share(runs: Path, count: int, share: int, shares: int) -> None:
    """Encodes every `shares`-th part of the pictures; processes with different shares work beside each other."""
    torch.set_num_threads(1)
    encode = Encoder(trained_autoencoder(runs))
    for start in range(share * PART, count, shares * PART):
        cached_latents(runs, min(PART, count - start), encode, first=FIRST_SEED + start)


def denoise_share(runs: Path, steps: int, pictures: int, worker: int, workers: int) -> None:
    torch.set_num_threads(1)
    rendezvous = f"file://{(runs / 'rendezvous').absolute()}"
    dist.init_process_group("gloo", init_method=rendezvous, rank=worker, world_size=workers)
    train_denoiser(runs, steps, pictures, worker, workers)
    dist.destroy_process_group()


def together(work: Callable[..., None], *arguments: object, workers: int) -> None:
    """Runs the work in that many processes, each with its number and theirs at the end of its arguments."""
    processes = [Process(target=work, args=(*arguments, worker, workers)) for worker in range(workers)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
        if process.exitcode:
            raise SystemExit(f"{work.__name__} failed with exit code {process.exitcode}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("stages", nargs="+", choices=(*STAGES, "all"))
    parser.add_argument("--runs", type=Path, default=Path("runs"), help="folder for checkpoints, latents and sheets")
    parser.add_argument("--autoencoder-steps", type=int, default=4300)
    parser.add_argument("--decoder-steps", type=int, default=6000)
    parser.add_argument("--denoiser-steps", type=int, default=9000)
    parser.add_argument("--reading-steps", type=int, default=3000)
    parser.add_argument("--style-steps", type=int, default=800)
    parser.add_argument("--styles", nargs="+", choices=tuple(TREATMENTS), default=tuple(TREATMENTS))
    parser.add_argument("--pictures", type=int, default=24_000, help="drawn pictures that the denoiser learns from")
    workers = 1 if torch.cuda.is_available() else min(2, os.cpu_count() or 1)
    parser.add_argument("--workers", type=int, default=workers, help="processes that share a batch")
    given = parser.parse_args()
    wanted = STAGES if "all" in given.stages else given.stages
    if "autoencoder" in wanted:
        train_autoencoder(given.runs, given.autoencoder_steps)
    if "latents" in wanted:
        together(cache_share, given.runs, given.pictures, workers=given.workers)
    if "denoiser" in wanted:
        (given.runs / "rendezvous").unlink(missing_ok=True)
        (given.runs / READING).unlink(missing_ok=True)  # of the denoiser as it was
        together(denoise_share, given.runs, given.denoiser_steps, given.pictures, workers=given.workers)
    if "reading" in wanted:
        train_reading(given.runs, given.reading_steps)
    if "decoder" in wanted:
        train_autoencoder(given.runs, given.decoder_steps, decoder_only=True)
    if "export" in wanted:
        export(given.runs, BASE)
    if "styles" in wanted:
        teach_all(given.runs, ADAPTERS, given.style_steps, given.styles)


if __name__ == "__main__":
    main()
