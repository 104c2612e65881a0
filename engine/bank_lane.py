"""The bank lane: many pictures, each in its own style, through one denoiser at once."""

import logging
from collections.abc import Sequence
from functools import partial

import torch
from torch import Tensor

from adapters.canonical import Adapter, Factors
from engine import denoise
from engine.bank import PAGE_RANK, Bank, Outfit, pages_of, power_of_two
from engine.base import Base
from engine.families import FAMILIES
from engine.families.sd import Conditioning, Wish
from engine.knee import SURE, Knee
from engine.lane import UNET, Lane, Worn
from engine.memory import FEWEST, pages_that_fit
from engine.pace import AHEAD, Pace
from engine.painting import Painting, begin
from protocol.paint import ResolvedRequest

COMPILED_SHAPES = 64
"""That are kept; PyTorch gives up compiling anew after eight of them otherwise."""
WARM_RANKS = (PAGE_RANK, 2 * PAGE_RANK)
"""One style of the usual rank, and a blend of two."""
log = logging.getLogger(__name__)


class BankLane(Lane):
    """Over a base of a family the engine knows."""

    name = "bank"

    def __init__(self, base: Base, pages: int | None = None) -> None:
        super().__init__(FAMILIES[type(base.pipe).__name__](base))
        pages = pages_that_fit(base.layers, PAGE_RANK, base.placement) if pages is None else pages
        self.pages = pages
        """That it has where memory is not short."""
        self.bank = Bank(self.family.components, pages)

    def takes(self, adapters: Worn) -> bool:
        """Whether the bank has a place for all that these adapters change, and enough pages for them."""
        return all(self.bank.can_hold(a) for a, _ in adapters) and pages_of_all(adapters) <= self.bank.pages

    @torch.inference_mode()
    def begin(self, request: ResolvedRequest, index: int, text: str, adapters: Worn) -> Painting | None:
        outfit = self.bank.acquire(adapters)
        if outfit is None:
            return None
        try:
            conditioning = self.conditioning(request, text, adapters, lambda wish: self._encoded(wish, outfit))
            return begin(self.family, request, index, conditioning, outfit)
        except BaseException:
            self.bank.give_back(outfit)
            raise

    def predict(self, paintings: Sequence[Painting]) -> tuple[Tensor, ...]:
        outfits = [painting.outfit for painting in paintings for _ in range(painting.rows)]
        idle = self._rows_of(len(outfits)) - len(outfits)
        self.bank.dress(UNET, [*outfits, *[()] * idle])
        return denoise.predict(paintings, idle)

    def let_go(self, painting: Painting) -> None:
        self.bank.give_back(painting.outfit)

    def shrink(self, painting: Painting, adapters: Worn) -> bool:
        """Gives half of the bank's memory back, with this painting the only one; False where it would be too small."""
        fewer = self.bank.pages // 2
        if fewer < max(FEWEST, pages_of_all(adapters)):
            return False
        self.bank.give_back(painting.outfit)
        self.bank.resize(fewer)
        outfit = self.bank.acquire(adapters)
        assert outfit is not None
        painting.outfit = outfit
        return True

    def grow_back(self) -> None:
        """The bank has all its pages again, if there is room for them. Nothing must be worn."""
        fewer = self.bank.pages
        if fewer < self.pages:
            try:
                self.bank.resize(self.pages)
            except torch.OutOfMemoryError:
                self.bank.resize(fewer)

    @property
    def compiled(self) -> bool:
        return self.bank.static

    def compile(self, backend: str = "inductor") -> None:
        """From now on the denoiser is compiled, anew for each size of picture, power of two of rows and power of two
        of ranks, and for nothing else."""
        self.bank.static = True
        self.family.pipe.unet.compile(backend=backend, dynamic=False, recompile_limit=COMPILED_SHAPES)

    @torch.inference_mode()
    def warm_up(self, request: ResolvedRequest, knee: Knee, pace: Pace, most: int) -> None:
        """Compiles for pictures of that request's size, for as many rows as pay, `most` at most, and ranks up to
        `WARM_RANKS`; other sizes and higher ranks are compiled when they first come. `knee` grows no further."""
        worn: list[list[tuple[Adapter, float]]] = [[], *([(self._nothing(rank), 1.0)] for rank in WARM_RANKS)]
        group, rows = self.group(request, []), 2
        paintings: list[Painting] = []
        try:
            for own in worn:
                painting = self.begin(request, 0, request.prompt, own)
                assert painting is not None
                paintings.append(painting)
            while rows <= min(most, max(2, knee(group))):
                log.info("compiling the denoiser for %d rows of %dx%d pixels", rows, request.width, request.height)
                companies = [[painting] * max(1, rows // painting.rows) for painting in paintings]
                for company in companies:
                    self.predict(company)
                for _ in range(SURE + AHEAD + 1):  # the last ones may not be heard of
                    with pace.step(partial(knee.note, group, rows)):
                        self.predict(companies[-1])
                rows *= 2
        except torch.OutOfMemoryError:
            log.warning("out of memory at %d rows; batches stay smaller", rows)
        finally:
            knee.lower(group, rows)
            for painting in paintings:
                self.let_go(painting)

    def _nothing(self, rank: int) -> Adapter:
        """An adapter of zeros."""
        name, layer = next((name, layer) for name, layer in self.bank.layers.items() if name.startswith(f"{UNET}."))
        inputs, outputs = layer.widths
        factors = Factors(torch.zeros(rank, inputs), torch.zeros(outputs, rank))
        return Adapter(f"zeros of rank {rank}", {UNET: {name.removeprefix(f"{UNET}."): factors}})

    def _rows_of(self, rows: int) -> int:
        """How many go through the denoiser."""
        return max(2, power_of_two(rows)) if self.bank.static else rows

    def _encoded(self, wish: Wish, outfit: Outfit) -> Conditioning:
        for component in self.family.components:
            if component != UNET:
                self.bank.dress(component, [outfit])
        return self.family.condition(wish)


def pages_of_all(adapters: Worn) -> int:
    return sum(pages_of(adapter) for adapter, _ in adapters)
