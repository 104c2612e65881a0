"""What the engine counts, in Prometheus' terms: requests, steps, rows, pages, waiting times, memory."""

from collections.abc import Iterator

import psutil
import torch
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from engine.bank import Bank
from engine.host_copies import HostCopies

WAITING = (0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60, 120, 300)
STEP = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 15)
ROWS = (1, 2, 4, 8, 16, 32, 64)


class Metrics:
    """Counted by the worker as it happens; one object for one engine."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        self.requests = Counter(
            "styleseal_requests", "Requests that ended, by lane and how", ("lane", "outcome"), registry=registry
        )
        self.steps = Counter("styleseal_steps", "Denoising steps of single pictures", ("lane",), registry=registry)
        self.step_seconds = Histogram(
            "styleseal_step_seconds", "One step of a whole batch", buckets=STEP, registry=registry
        )
        self.rows = Histogram("styleseal_batch_rows", "Rows of a step's batch", buckets=ROWS, registry=registry)
        self.first_preview = Histogram(
            "styleseal_first_preview_seconds", "From arrival to the first preview", buckets=WAITING, registry=registry
        )
        self.completion = Histogram(
            "styleseal_completion_seconds", "From arrival to the last picture", buckets=WAITING, registry=registry
        )

    def watch(self, bank: Bank | None, copies: HostCopies, device: torch.device) -> None:
        """What is only looked at when somebody asks."""
        self.registry.register(_Memory(bank, copies, device))


class _Memory(Collector):
    def __init__(self, bank: Bank | None, copies: HostCopies, device: torch.device) -> None:
        self.bank, self.copies, self.device = bank, copies, device

    def collect(self) -> Iterator[Metric]:
        memory = GaugeMetricFamily("styleseal_memory_bytes", "Memory by what it is for", labels=("what",))
        memory.add_metric(["process"], psutil.Process().memory_info().rss)
        memory.add_metric(["adapters on the host"], self.copies.taken)
        if self.device.type == "cuda":
            memory.add_metric(["device"], torch.cuda.memory_allocated(self.device))
        if self.bank is not None:
            memory.add_metric(["bank"], self.bank.bytes)
            yield from self._pages(self.bank)
        yield memory

    def _pages(self, bank: Bank) -> Iterator[Metric]:
        pages = GaugeMetricFamily("styleseal_pages", "Pages of the bank", labels=("state",))
        pages.add_metric(["free"], len(bank.free))
        pages.add_metric(["taken"], bank.pages - len(bank.free))
        yield pages
        asked = CounterMetricFamily("styleseal_adapters_put_on", "Adapters put on", labels=("found",))
        asked.add_metric(["in the bank"], bank.hits)
        asked.add_metric(["on the host"], bank.misses)
        yield asked
        yield CounterMetricFamily("styleseal_swap_seconds", "Spent writing pages", value=bank.writing_seconds)
