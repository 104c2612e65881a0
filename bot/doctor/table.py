"""Every examination there is, in the order in which they are told of."""

from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass

from bot.doctor import (
    adapters,
    application,
    base,
    clock,
    commands,
    database,
    disk,
    engine,
    gateway,
    gpu,
    memory,
    permissions,
    settings,
    start,
    token,
    versions,
)
from bot.doctor.finding import Finding
from bot.doctor.visit import Visit

Examine = Callable[[Visit], AsyncGenerator[Finding, None]]
"""Tells what it finds as it finds it. It may raise `Diagnosed` with its last finding, and `NotKnown` to say nothing."""


@dataclass(frozen=True, slots=True)
class Examination:
    name: str
    title: str
    """Completes "... could not be looked at"."""
    examine: Examine
    seconds: float = 25.0
    """After which it is over, with what it has found until then."""


EXAMINATIONS: tuple[Examination, ...] = (
    Examination("settings", "The settings", settings.examine),
    Examination("versions", "The versions of what is installed", versions.examine),
    Examination("token", "The token", token.examine),
    Examination("application", "The application", application.examine),
    Examination("gateway", "Discord's gateway", gateway.examine),
    Examination("commands", "The commands", commands.examine),
    Examination("permissions", "The permissions", permissions.examine),
    Examination("clock", "The clock", clock.examine),
    Examination("disk", "The data folder", disk.examine),
    Examination("database", "The database", database.examine),
    Examination("base", "The base", base.examine),
    Examination("gpu", "The GPU", gpu.examine),
    Examination("memory", "The memory", memory.examine),
    Examination("engine", "The engine", engine.examine),
    Examination("start", "The start of an engine", start.examine, seconds=600.0),
    Examination("adapters", "The styles", adapters.examine),
)
