"""The kinds of change a file can make to a layer: which parts each has, of which shapes, and how it will be painted.

Knows shapes only, so it needs no tensors; what the numbers come to is in `adapters.changes`.

LoRA (Hu et al., 2021) adds up x down. LoHa adds the product, element by element, of two such (Hyeon-Woo et al., 2022),
LoKr a Kronecker product (Yeh et al., 2024, with both in LyCORIS). A difference adds to the weight directly. Any of them
can be weight-decomposed (DoRA; Liu et al., 2024): a magnitude sets the length of each row, or each column, of the sum.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import prod
from typing import ClassVar

from adapters.layers import Layer

HIGHEST_RANK = 1024
ROWS, COLUMNS = "rows", "columns"
Shape = tuple[int, ...]
Shapes = Mapping[str, Shape]
"""By part."""


class Misfit(Exception):
    """The parts do not make a change of the layer; its text says why, as the end of a sentence."""


@dataclass(frozen=True, slots=True)
class Form:
    """How a change is made. `rank` is that of the file, by which alpha is divided; 0 where there is no such rank."""

    kind: str
    rank: int
    lora_rank: int = 0
    """That of the LoRA which is the same change; 0 where that would be larger than the layer's own weight."""
    by_tucker: bool = False
    decomposed: str = ""
    """ROWS or COLUMNS, whose lengths are set; empty where none are."""

    @property
    def in_pages(self) -> bool:
        """Whether pages of the engine's bank hold it: as LoRA of a matrix, and nothing more."""
        return not self.decomposed and (self.kind == LowRank.name or (bool(self.lora_rank) and self.kind != "LoCon"))

    @property
    def title(self) -> str:
        return f"{self.kind} with DoRA" if self.decomposed else self.kind


class Kind(ABC):
    """`parts` are those it may have beside alpha and a magnitude."""

    name: ClassVar[str]
    parts: ClassVar[frozenset[str]]

    @abstractmethod
    def form(self, shapes: Shapes, layer: Layer) -> Form:
        """Raises `Misfit`."""


class LowRank(Kind):
    """LoRA, and LoCon as it is called on convolutions; `mid` is a Tucker core, through which `down` has no kernel."""

    name = "LoRA"
    parts = frozenset({"down", "up", "mid"})

    def form(self, shapes: Shapes, layer: Layer) -> Form:
        if not {"down", "up"} <= shapes.keys():
            raise Misfit("has only one half of its two matrices")
        down, up = shapes["down"], _bare(shapes["up"])
        rank = _rank(down)
        core = shapes.get("mid")
        kernel = () if layer.is_matrix or core is not None else layer.kernel
        wanted_down, wanted_up = (rank, layer.inputs, *kernel), (layer.outputs, rank)
        down = down if kernel else _bare(down)
        if down != wanted_down or up != wanted_up:
            raise Misfit(f"has the shapes {down} and {up}, and the base takes {wanted_down} and {wanted_up}")
        if core is not None:
            _same("core", core, (rank, rank, *layer.kernel))
        name = self.name if layer.is_matrix else "LoCon"
        return Form(name, rank, rank, by_tucker=core is not None)


class Hadamard(Kind):
    name = "LoHa"
    parts = frozenset({"hada_w1_a", "hada_w1_b", "hada_w2_a", "hada_w2_b", "hada_t1", "hada_t2"})

    def form(self, shapes: Shapes, layer: Layer) -> Form:
        by_tucker = "hada_t1" in shapes
        for half in ("1", "2"):
            _needs(shapes, f"hada_w{half}_a", f"hada_w{half}_b", *([f"hada_t{half}"] if by_tucker else []))
        rank = _rank(shapes["hada_w1_b"])
        for half in ("1", "2"):
            if by_tucker:
                _same("core", shapes[f"hada_t{half}"], (rank, rank, *layer.kernel))
                _same("first matrix", shapes[f"hada_w{half}_a"], (rank, layer.outputs))
                _same("second matrix", shapes[f"hada_w{half}_b"], (rank, layer.inputs))
            else:
                _same("first matrix", shapes[f"hada_w{half}_a"], (layer.outputs, rank))
                _same("second matrix", shapes[f"hada_w{half}_b"], (rank, layer.inputs * prod(layer.kernel)))
        if not by_tucker and "hada_t2" in shapes:
            raise Misfit("has a second core without a first")
        return Form(self.name, rank, _worth(rank * rank, layer) if layer.is_matrix and not by_tucker else 0, by_tucker)


class Kronecker(Kind):
    name = "LoKr"
    parts = frozenset({"lokr_w1", "lokr_w1_a", "lokr_w1_b", "lokr_w2", "lokr_w2_a", "lokr_w2_b", "lokr_t2"})

    def form(self, shapes: Shapes, layer: Layer) -> Form:
        by_tucker = "lokr_t2" in shapes
        first, rank_1 = self._first(shapes)
        second, rank_2 = self._second(shapes, layer)
        if rank_1 and rank_2 and rank_1 != rank_2:  # programs divide alpha by the one or by the other
            raise Misfit(f"has factors of the two ranks {rank_1} and {rank_2}")
        got = (first[0] * second[0], first[1] * second[1])
        if got != (layer.outputs, layer.inputs):
            raise Misfit(f"makes a change of the shape {got}, and the base takes {(layer.outputs, layer.inputs)}")
        lora = 0
        if rank_2 and layer.is_matrix:
            lora = _worth(rank_2 * (rank_1 or min(first)), layer)
        return Form(self.name, rank_2 or rank_1, lora, by_tucker)

    def _first(self, shapes: Shapes) -> tuple[Shape, int]:
        """The shape of the first matrix, and the rank of its factors or 0."""
        if "lokr_w1" in shapes:
            _without(shapes, "lokr_w1", "lokr_w1_a", "lokr_w1_b")
            _matrix(shapes["lokr_w1"])
            return shapes["lokr_w1"], 0
        _needs(shapes, "lokr_w1_a", "lokr_w1_b")
        left, right = _matrix(shapes["lokr_w1_a"]), _matrix(shapes["lokr_w1_b"])
        rank = _rank(right)
        if left[1] != rank:
            raise Misfit(f"has factors of the shapes {left} and {right}")
        return (left[0], right[1]), rank

    def _second(self, shapes: Shapes, layer: Layer) -> tuple[Shape, int]:
        """The first two sides of the second matrix, and the rank of its factors or 0."""
        if "lokr_w2" in shapes:
            _without(shapes, "lokr_w2", "lokr_w2_a", "lokr_w2_b", "lokr_t2")
            shape = shapes["lokr_w2"]
            bare = _bare(shape) if layer.is_matrix else shape
            if len(bare) < 2 or bare[2:] != (() if layer.is_matrix else layer.kernel):
                raise Misfit(f"has a second matrix of the shape {shape}")
            return bare[:2], 0
        _needs(shapes, "lokr_w2_a", "lokr_w2_b")
        left, right = shapes["lokr_w2_a"], shapes["lokr_w2_b"]
        rank = _rank(right)
        if "lokr_t2" in shapes:
            _same("core", shapes["lokr_t2"], (rank, rank, *layer.kernel))
            _matrix(left), _matrix(right)
            if left[0] != rank:
                raise Misfit(f"has factors of the shapes {left} and {right}")
            return (left[1], right[1]), rank
        across = prod(right[1:])
        if len(left) != 2 or left[1] != rank or across % prod(layer.kernel):
            raise Misfit(f"has factors of the shapes {left} and {right}")
        return (left[0], across // prod(layer.kernel)), rank


class Difference(Kind):
    name = "full difference"
    parts = frozenset({"diff", "diff_b"})

    def form(self, shapes: Shapes, layer: Layer) -> Form:
        _needs(shapes, "diff")
        if "alpha" in shapes:
            raise Misfit("has an alpha beside a full difference")
        got = shapes["diff"] if not layer.is_matrix else _bare(shapes["diff"])
        _same("difference", got, layer.shape if not layer.is_matrix else layer.shape[:2])
        if "diff_b" in shapes:
            _same("bias", shapes["diff_b"], (layer.outputs,))
        return Form(self.name, 0)


KINDS: tuple[Kind, ...] = (LowRank(), Hadamard(), Kronecker(), Difference())
_MAGNITUDES = frozenset({"magnitude", "dora_scale"})


def form_of(shapes: Shapes, layer: Layer) -> Form:
    """What these parts do to the layer. Raises `Misfit`."""
    kinds = [kind for kind in KINDS if kind.parts & shapes.keys()]
    if not kinds:
        raise Misfit(f"has nothing but {' and '.join(sorted(shapes))}")
    if "diff_b" in shapes and "diff" not in shapes:
        raise Misfit("changes its bias too, which is taken beside a full difference only")
    if len(kinds) > 1:
        raise Misfit(f"is {' and '.join(kind.name for kind in kinds)} at once")
    form = kinds[0].form(shapes, layer)
    if form.rank > HIGHEST_RANK:
        raise Misfit(f"has rank {form.rank}, and {HIGHEST_RANK} is the highest that is taken")
    if "alpha" in shapes and prod(shapes["alpha"]) != 1:
        raise Misfit("has an alpha that is not one number")
    return replace(form, decomposed=_decomposed(shapes, layer))


def _decomposed(shapes: Shapes, layer: Layer) -> str:
    if len(_MAGNITUDES & shapes.keys()) > 1:
        raise Misfit("has its magnitudes twice")
    if (shape := shapes.get("magnitude")) is not None:  # PEFT's is of the rows, however it is shaped
        if prod(shape) != layer.outputs:
            raise Misfit(f"has {prod(shape)} magnitudes for {layer.outputs} outputs")
        return ROWS
    if (shape := shapes.get("dora_scale")) is None:
        return ""
    if _bare(shape) in ((layer.outputs,), (layer.outputs, 1)):
        return ROWS
    if _bare(shape) == (1, layer.inputs):
        return COLUMNS
    raise Misfit(f"has magnitudes of the shape {shape} for {layer.outputs} outputs and {layer.inputs} inputs")


def _bare(shape: Shape) -> Shape:
    """Without the sides of 1 behind the first two: those of a matrix that was written as a convolution."""
    return shape[:2] if all(side == 1 for side in shape[2:]) else shape


def _rank(shape: Shape) -> int:
    return shape[0] if shape else 0


def _worth(rank: int, layer: Layer) -> int:
    """The rank, where LoRA of that rank is no larger than the weight itself."""
    smaller = rank * (layer.inputs * prod(layer.kernel) + layer.outputs) <= prod(layer.shape)
    return rank if smaller and rank <= HIGHEST_RANK else 0


def _needs(shapes: Shapes, *parts: str) -> None:
    for part in parts:
        if part not in shapes:
            raise Misfit(f"has no {part}")


def _without(shapes: Shapes, part: str, *others: str) -> None:
    for other in others:
        if other in shapes:
            raise Misfit(f"has {other} beside {part}")


def _matrix(shape: Shape) -> Shape:
    if len(shape) != 2:
        raise Misfit(f"has the shape {shape} where a matrix should be")
    return shape


def _same(what: str, got: Shape, wanted: Shape) -> None:
    if got != wanted:
        raise Misfit(f"has a {what} of the shape {got}, and the base takes {wanted}")
