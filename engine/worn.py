"""Lays adapters over a diffusers pipeline through PEFT: the plain way, which every faster one is checked against.

Adapters stay resident, a few of them; which are active, and how strongly, is set for each request.
"""

import re
from collections import OrderedDict
from collections.abc import Mapping, Sequence

from diffusers.utils.peft_utils import delete_adapter_layers, set_adapter_layers, set_weights_and_activate_adapters
from peft import LoraConfig, inject_adapter_in_model, set_peft_model_state_dict
from torch import nn

from adapters.canonical import Adapter, Factors
from engine.base import Base

RESIDENT = 8


class WornAdapters:
    """The adapters on a pipeline. Names given to PEFT come from the hash, since it stumbles over some others."""

    def __init__(self, base: Base, resident: int = RESIDENT) -> None:
        self.base = base
        self.resident = resident
        self.worn: OrderedDict[str, tuple[str, ...]] = OrderedDict()
        """Those that are there, the last used last, with the components they change."""

    def wear(self, adapters: Sequence[tuple[Adapter, float]]) -> None:
        """Makes exactly these adapters active, at these weights; none leaves the base as it was loaded."""
        wanted = [adapter.sha256 for adapter, _ in adapters]
        for adapter, _ in adapters:
            self._put_on(adapter)
        while len(self.worn) > max(self.resident, len(wanted)):
            self._take_off(next(sha256 for sha256 in self.worn if sha256 not in wanted))
        for component, module in self.base.targets():
            active = [(peft_name(a.sha256), weight) for a, weight in adapters if component in a.components]
            set_adapter_layers(module, enabled=bool(active))
            if active:
                set_weights_and_activate_adapters(
                    module, [name for name, _ in active], [weight for _, weight in active]
                )

    def take_all_off(self) -> None:
        for sha256 in list(self.worn):
            self._take_off(sha256)

    def _put_on(self, adapter: Adapter) -> None:
        if adapter.sha256 not in self.worn:
            modules = dict(self.base.targets())
            factors_by_component = adapter.plain()
            assert factors_by_component is not None, "PEFT is given plain LoRA only"
            self.worn[adapter.sha256] = tuple(adapter.components)
            try:
                for component, factors in factors_by_component.items():
                    lay_over(modules[component], peft_name(adapter.sha256), factors)
            except BaseException:  # as where memory ran out; half of it would stay there for good
                self._take_off(adapter.sha256)
                raise
        self.worn.move_to_end(adapter.sha256)

    def _take_off(self, sha256: str) -> None:
        modules = dict(self.base.targets())
        for component in self.worn.pop(sha256):
            delete_adapter_layers(modules[component], peft_name(sha256))
            getattr(modules[component], "peft_config", {}).pop(peft_name(sha256), None)


def peft_name(sha256: str) -> str:
    return f"a{sha256}"


def lay_over(module: nn.Module, name: str, factors: Mapping[str, Factors]) -> None:
    """Injects one component's factors under a PEFT adapter's name.

    Raises RuntimeError if a module did not take them.
    """
    ranks = {inner: pair.rank for inner, pair in factors.items()}
    config = LoraConfig(
        r=1,
        lora_alpha=1,
        rank_pattern={exactly(inner): rank for inner, rank in ranks.items()},
        alpha_pattern={exactly(inner): rank for inner, rank in ranks.items()},
        target_modules="|".join(re.escape(inner) for inner in ranks),
        init_lora_weights=False,
    )
    inject_adapter_in_model(config, module, name)  # what add_adapter does, which not every model has
    weights = {f"{inner}.lora_A.weight": pair.down for inner, pair in factors.items()}
    weights |= {f"{inner}.lora_B.weight": pair.up for inner, pair in factors.items()}
    result = set_peft_model_state_dict(module, weights, adapter_name=name)
    missing = [key for key in result.missing_keys if f".{name}." in key]
    if missing or result.unexpected_keys:
        raise RuntimeError(
            f"PEFT laid {name} over {module.__class__.__name__} in part: {missing or result.unexpected_keys}"
        )


def exactly(module_name: str) -> str:
    """A pattern that PEFT matches with that module's name alone."""
    return "^" + module_name.replace(".", r"\.")
