"""The modules of an adapter file: its tensors gathered by the layer they change, and matched against a base's layers.

Every tensor of the file belongs to a module in the end, or the file is refused: so what is read is all that is there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from adapters.formats import SPELLINGS
from adapters.formats.spelling import Spelling, Spelt
from adapters.header import Header, refused
from adapters.kinds import Form, Misfit, form_of
from adapters.names import Names
from adapters.parts import not_taken
from protocol.checks import shown
from protocol.errors import AdapterRefused

_EMBEDDINGS = ("emb_params", "string_to_param")
_EMBEDDINGS_OF_TWO = ("clip_l", "clip_g")
_BUNDLED = "bundle_emb."
_MISFIT = 160
"""Characters; names and shapes can be longer than anybody reads."""
_WHOLE_MODELS = ("model.diffusion_model.", "first_stage_model.", "cond_stage_model.", "conditioner.")


@dataclass(slots=True)
class Spoken:
    """A module as the file speaks of it: `keys` are its tensors by part."""

    component: str
    path: str
    spelling: str
    keys: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Module:
    """One that a base has; `name` is its name among the base's layers."""

    name: str
    form: Form
    keys: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Match:
    """A file's modules held against one base's layers."""

    modules: tuple[Module, ...]
    misfits: tuple[str, ...]
    """A sentence for each module that the base does not have so."""
    strangers: int
    """How many of those are not even named as a layer of the base."""

    @property
    def score(self) -> float:
        """The share of the file's modules that the base has, in the same shapes."""
        return len(self.modules) / (len(self.modules) + len(self.misfits))


def spoken(header: Header) -> tuple[Spoken, ...]:
    """The file's modules, whatever base they are for. Raises `AdapterRefused` for what is in no known spelling."""
    found: dict[tuple[str, str], Spoken] = {}
    for key in header.tensors:
        spelling, spelt = _spelt(key, header)
        place = (spelt.component, spelt.path)
        module = found.setdefault(place, Spoken(spelt.component, spelt.path, spelling.name))
        if spelt.part in module.keys:
            refused(f"it changes {shown(spelt.path)} twice, in two spellings")
        module.keys[spelt.part] = key
    return tuple(found.values())


def match(modules: Sequence[Spoken], header: Header, names: Names) -> Match:
    """Raises `AdapterRefused` where two of the file's modules are the same layer of the base."""
    fitting: dict[str, Module] = {}
    misfits, strangers = [], 0
    for module in modules:
        meant = list(names.find(module.component, module.path))
        strangers += not meant
        try:
            fit = _fitted(module, header, names, meant)
        except Misfit as wrong:
            misfits.append(_cut(f"its {module.path} {wrong}"))
            continue
        if fit.name in fitting:
            refused(f"it changes {fit.name} twice, in two spellings")
        fitting[fit.name] = fit
    return Match(tuple(fitting[name] for name in sorted(fitting)), tuple(misfits), strangers)


def _cut(text: str) -> str:
    return text if len(text) <= _MISFIT else text[: _MISFIT - 1] + "…"


def _spelt(key: str, header: Header) -> tuple[Spelling, Spelt]:
    if _BUNDLED in key or key.startswith(_EMBEDDINGS) or key in _EMBEDDINGS_OF_TWO:
        refused("it holds trained words (textual inversion), which the engine does not take; save it without them")
    spelling = next(spelling for spelling in SPELLINGS if spelling.matches(key))
    if (found := spelling.read(key)) is not None:
        return spelling, found
    raise AdapterRefused(f"This adapter file cannot be used: {_unspelt(key, header)}.")


def _unspelt(key: str, header: Header) -> str:
    """What is in no spelling may be told by another key than the first."""
    for other in header.tensors:
        if name := not_taken(other):
            taken = "LoRA, LoCon, DoRA, LoHa, LoKr and full differences"
            return f"it is {name}, or has it ({shown(other)}); what is taken is {taken}"
    if any(other.startswith(_WHOLE_MODELS) for other in header.tensors):
        return "it holds a whole model or a part of one, not an adapter; name it with --base to paint on it"
    return f"its tensor {shown(key)} is in no spelling of adapters that is known here"


def _fitted(module: Spoken, header: Header, names: Names, meant: Sequence[str]) -> Module:
    """Among the layers the name may mean, the first that the shapes fit. Raises `Misfit`."""
    normal = "norm" in module.path
    misfit = Misfit("is a normalisation layer, which is not taken" if normal else "is no layer of the base")
    for name in meant:
        shapes = {part: header.tensors[key].shape for part, key in module.keys.items()}
        try:
            return Module(name, form_of(shapes, names.layers[name]), module.keys)
        except Misfit as wrong:
            misfit = wrong
    raise misfit
