"""What an adapter file is: its kind, spelling, base, ranks, triggers and hashes, read without a tensor library.

`inspect` describes every file whose header is sound, also one that cannot be painted with; `validate` refuses that.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from adapters.families import Family, families
from adapters.hashes import Hashes, hashes_of
from adapters.header import Header, read_header
from adapters.metadata import Said, said_in
from adapters.modules import Match, Spoken, match, spoken
from adapters.parts import not_taken
from adapters.scalars import read_scalars
from adapters.scales import check_alphas_known, scales
from protocol.errors import AdapterRefused

_OTHERS = (
    (("single_transformer_blocks", "double_blocks", "single_blocks"), "Flux"),
    (("joint_blocks",), "Stable Diffusion 3"),
    (("txt_mod", "img_mod", "txt_mlp", "img_mlp"), "Qwen-Image"),
    (("attn_add_q_proj", "attn.add_q_proj", "attn.to_add_out", "ff_context"), "Stable Diffusion 3 or Flux"),
    (("caption_projection", "adaln_single"), "PixArt"),
    (("lora_prior_", "prior_unet"), "Stable Cascade"),
    (("cross_attn_k", "cross_attn.k", "self_attn_norm_q"), "Wan"),
)


@dataclass(frozen=True, slots=True)
class Fit:
    """How far a file's modules are those of a family: 1.0 is all of them, in the same shapes."""

    family: str
    title: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    size: int
    hashes: Hashes
    kinds: Mapping[str, int]
    """How many modules there are of each."""
    spellings: tuple[str, ...]
    said: Said
    fits: tuple[Fit, ...]
    """The families, the best first; empty for a file that holds no modules in a known spelling."""
    other: str
    """A base that is no family here and that the names of the file's modules belong to."""
    modules: int
    targets: Mapping[str, int]
    """Modules by component."""
    ranks: tuple[int, int]
    """The lowest and the highest; zeros where there are none."""
    scales: tuple[float, float]
    """Of alpha over rank."""
    dtypes: tuple[str, ...]
    in_pages: bool
    """Whether the engine paints it in one forward pass with others; if not, by a merged copy of the base's layers."""
    refusal: str
    """Why it cannot be used with any base known here; empty where it can."""
    homeless: bool
    """Whether that is all that is wrong with it: an engine with another base may know better."""

    @property
    def family(self) -> Fit | None:
        """The one it is for, if that is one and not several."""
        whole = [fit for fit in self.fits if fit.score == 1]
        return whole[0] if len(whole) == 1 else None


def validate(path: Path, *, any_base: bool = False) -> Inspection:
    """The file described, if it can be used with a base known here or, with `any_base`, perhaps with another. Raises
    `AdapterRefused`."""
    found = inspect(path)
    if found.refusal and not (any_base and found.homeless):
        raise AdapterRefused(found.refusal)
    return found


def inspect(path: Path) -> Inspection:
    """Raises `AdapterRefused` where the header is not sound."""
    header = read_header(path)
    hashes = hashes_of(path, header.length)
    try:
        modules = spoken(header)
    except AdapterRefused as wrong:
        return _described(header, hashes, (), {}, (), wrong.sentence)
    try:
        found = {family: match(modules, header, family.names) for family in families()}
    except AdapterRefused as wrong:
        return _described(header, hashes, modules, {}, (), wrong.sentence)
    matches = dict(sorted(found.items(), key=lambda item: (-item[1].score, item[1].strangers)))
    try:
        strengths = _strengths(path, header, modules, matches)
    except AdapterRefused as wrong:
        homeless = isinstance(wrong, _Homeless)
        return _described(header, hashes, modules, matches, (), wrong.sentence, homeless=homeless)
    return _described(header, hashes, modules, matches, strengths, "")


def _strengths(
    path: Path, header: Header, modules: Sequence[Spoken], matches: Mapping[Family, Match]
) -> Sequence[float]:
    """Alpha over rank. Raises `AdapterRefused` where no family has all of the modules, or alpha is said elsewhere."""
    check_alphas_known(modules, header)
    family, best = next(iter(matches.items()))
    if best.misfits:
        raise _Homeless(f"This adapter file cannot be used: {_mismatch(family.title, best, other_base(header))}.")
    keys = [module.keys["alpha"] for module in best.modules if "alpha" in module.keys]
    return tuple(scales(best.modules, header, read_scalars(path, header, keys)).values())


class _Homeless(AdapterRefused):
    """All is well with it but that no family has its modules."""


def _mismatch(title: str, best: Match, other: str) -> str:
    if other:
        return f"it is for {other}, which is not a base that is known here"
    if not best.modules:
        return f"it is for no base that is known here; {best.misfits[0]}"
    share = f"{len(best.modules)} of its {len(best.modules) + len(best.misfits)} modules"
    return f"it is for no base that is known here; {title} has {share}, but {best.misfits[0]}"


def other_base(header: Header) -> str:
    """The base whose names the file has, where it is none of the families."""
    keys = "\n".join(header.tensors)
    return next((title for marks, title in _OTHERS if any(mark in keys for mark in marks)), "")


def _described(
    header: Header,
    hashes: Hashes,
    modules: Sequence[Spoken],
    matches: Mapping[Family, Match],
    strengths: Sequence[float],
    refusal: str,
    homeless: bool = False,
) -> Inspection:
    """`matches` are the best first."""
    fits = tuple(Fit(family.key, family.title, found.score) for family, found in matches.items())
    forms = [module.form for found in list(matches.values())[:1] for module in found.modules]
    ranks = [form.rank for form in forms if form.rank]
    return Inspection(
        size=header.length + max(entry.end for entry in header.tensors.values()),
        hashes=hashes,
        kinds=Counter(form.title for form in forms) if forms else _refused_kinds(header),
        spellings=tuple(dict.fromkeys(module.spelling for module in modules)),
        said=said_in(header.metadata),
        fits=fits,
        other=other_base(header),
        modules=len(modules),
        targets=Counter(module.component or "unnamed" for module in modules),
        ranks=(min(ranks, default=0), max(ranks, default=0)),
        scales=(min(strengths, default=1.0), max(strengths, default=1.0)),
        dtypes=tuple(sorted({entry.dtype for entry in header.tensors.values()})),
        in_pages=all(form.in_pages for form in forms),
        refusal=refusal,
        homeless=homeless,
    )


def _refused_kinds(header: Header) -> Mapping[str, int]:
    return Counter(filter(None, map(not_taken, header.tensors)))
