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

_EMBEDDINGS = ("bundle_emb.", "emb_params", "string_to_param")
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

    @property
    def score(self) -> float:
        """The share of the file's modules that the base has, in the same shapes."""
        return len(self.modules) / (len(self.modules) + len(self.misfits))


def spoken(header: Header) -> tuple[Spoken, ...]:
    """The file's modules, whatever base they are for. Raises `AdapterRefused` for what is in no known spelling."""
    found: dict[tuple[str, str], Spoken] = {}
    for key in header.tensors:
        spelling, spelt = _spelt(key)
        place = (spelt.component, spelt.path)
        module = found.setdefault(place, Spoken(spelt.component, spelt.path, spelling.name))
        if spelt.part in module.keys:
            refused(f"it changes {shown(spelt.path)} twice, in two spellings")
        module.keys[spelt.part] = key
    return tuple(found.values())


def match(modules: Sequence[Spoken], header: Header, names: Names) -> Match:
    """Raises `AdapterRefused` where two of the file's modules are the same layer of the base."""
    fitting: dict[str, Module] = {}
    misfits = []
    for module in modules:
        try:
            fit = _fitted(module, header, names)
        except Misfit as wrong:
            misfits.append(f"its {module.path} {wrong}")
            continue
        if fit.name in fitting:
            refused(f"it changes {fit.name} twice, in two spellings")
        fitting[fit.name] = fit
    return Match(tuple(fitting[name] for name in sorted(fitting)), tuple(misfits))


def _spelt(key: str) -> tuple[Spelling, Spelt]:
    if _EMBEDDINGS[0] in key or key.startswith(_EMBEDDINGS):
        refused("it holds trained words (textual inversion), which the engine does not take; save it without them")
    spelling = next(spelling for spelling in SPELLINGS if spelling.matches(key))
    if (found := spelling.read(key)) is not None:
        return spelling, found
    raise AdapterRefused(f"This adapter file cannot be used: {_unspelt(key)}.")


def _unspelt(key: str) -> str:
    if name := not_taken(key):
        taken = "LoRA, LoCon, DoRA, LoHa, LoKr and full differences"
        return f"it is {name}, or has it ({shown(key)}); what is taken is {taken}"
    if key.startswith(_WHOLE_MODELS):
        return "it holds a whole model or a part of one, not an adapter; name it with --base to paint on it"
    return f"its tensor {shown(key)} is in no spelling of adapters that is known here"


def _fitted(module: Spoken, header: Header, names: Names) -> Module:
    """Among the layers the name may mean, the first that the shapes fit. Raises `Misfit`."""
    shapes = {part: header.tensors[key].shape for part, key in module.keys.items()}
    misfit = Misfit("is no layer of the base")
    for name in names.find(module.component, module.path):
        try:
            return Module(name, form_of(shapes, names.layers[name]), module.keys)
        except Misfit as wrong:
            misfit = wrong
    raise misfit
