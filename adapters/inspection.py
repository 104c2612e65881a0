"""What an adapter file is: its kind, spelling, base, ranks, triggers and hashes, read without a tensor library.

`inspect` describes every file whose header is sound, also one that cannot be painted with; `validate` refuses that.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from adapters.families import Family, families
from adapters.hashes import Hashes, hashes_of
from adapters.header import Header, read_header, refused
from adapters.metadata import Said, said_in
from adapters.modules import Match, Module, Spoken, match, spoken
from adapters.parts import not_taken
from adapters.scalars import read_scalars
from adapters.scales import check_alphas_known, scales
from protocol.errors import AdapterRefused

_OTHERS = (
    (("single_transformer_blocks", "double_blocks", "single_blocks"), "Flux"),
    (("joint_blocks", "attn_add_q_proj", "attn.add_q_proj", "context_block"), "Stable Diffusion 3"),
    (("txt_mod", "img_mod"), "Qwen-Image"),
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

    @property
    def family(self) -> Fit | None:
        """The one it is for, if it is."""
        return self.fits[0] if self.fits and self.fits[0].score == 1 else None


def validate(path: Path) -> Inspection:
    """The file described, if it can be used with a base known here. Raises `AdapterRefused`."""
    found = inspect(path)
    if found.refusal:
        raise AdapterRefused(found.refusal)
    return found


def inspect(path: Path) -> Inspection:
    """Raises `AdapterRefused` where the header is not sound."""
    header = read_header(path)
    hashes = hashes_of(path, header.length)
    try:
        modules = spoken(header)
    except AdapterRefused as wrong:
        return _described(header, hashes, path, (), {}, wrong.sentence)
    try:
        matches = {family: match(modules, header, family.names) for family in families()}
        refusal = ""
    except AdapterRefused as wrong:
        return _described(header, hashes, path, modules, {}, wrong.sentence)
    try:
        _check(modules, header, matches)
    except AdapterRefused as wrong:
        refusal = wrong.sentence
    return _described(header, hashes, path, modules, matches, refusal)


def _check(modules: Sequence[Spoken], header: Header, matches: Mapping[Family, Match]) -> None:
    """Raises `AdapterRefused` where no family has all of the modules, or alpha is said elsewhere."""
    check_alphas_known(modules, header)
    family, best = max(matches.items(), key=lambda item: item[1].score)
    if best.misfits:
        refused(_mismatch(family.title, best, other_base(header)))


def _mismatch(title: str, best: Match, other: str) -> str:
    if other:
        return f"it is for {other}, which is not a base that is known here"
    if not best.modules:
        return f"it is for no base that is known here; {best.misfits[0]}"
    share = f"{len(best.modules)} of its {len(best.modules) + len(best.misfits)} modules"
    return f"it is for no base that is known here; {title} has {share}, but {best.misfits[0]}"


def other_base(header: Header) -> str:
    """The base whose names the file has, where it is none of the families."""
    return next((title for marks, title in _OTHERS if any(m in key for key in header.tensors for m in marks)), "")


def _described(
    header: Header,
    hashes: Hashes,
    path: Path,
    modules: Sequence[Spoken],
    matches: Mapping[Family, Match],
    refusal: str,
) -> Inspection:
    ranked = sorted(matches.items(), key=lambda item: -item[1].score)
    fits = tuple(Fit(family.key, family.title, found.score) for family, found in ranked)
    best = ranked[0][1].modules if ranked else ()
    forms = [module.form for module in best]
    strengths = _scales(path, header, best)
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
    )


def _scales(path: Path, header: Header, modules: Sequence[Module]) -> list[float]:
    keys = [module.keys["alpha"] for module in modules if "alpha" in module.keys]
    return list(scales(modules, header, read_scalars(path, header, keys)).values())


def _refused_kinds(header: Header) -> Mapping[str, int]:
    return Counter(filter(None, map(not_taken, header.tensors)))
