"""A queue's life: jobs come, are given, put back, finished and cancelled in any order, beside a slow twin."""

from collections import Counter, defaultdict
from copy import deepcopy

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bot.queue import Ahead, FairQueue, Waiting
from tests.bot.slow_queue import SlowQueue

Asked = tuple[str, str, float, float]
"""Server, member, cost, weight."""

servers = st.integers(0, 2).map("server {}".format)
members = st.integers(0, 2).map("member {}".format)
costs = st.integers(1, 8).map(float)
weights = st.sampled_from([0.5, 1.0, 2.0, 4.0])
"""Times are sums of costs over weights: these make them exact, and ties frequent."""
asked = st.tuples(servers, members, costs, weights)


def drained(queue: FairQueue | SlowQueue) -> list[Waiting]:
    taken, queue = [], deepcopy(queue)
    while (job := queue.next()) is not None:
        taken.append(job)
    return taken


def placed(order: list[Waiting]) -> dict[str, Ahead]:
    return {job.id: Ahead(turn, sum(one.cost for one in order[:turn])) for turn, job in enumerate(order, 1)}


class Life(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.queue, self.slow = FairQueue(), SlowQueue()
        self.jobs: list[Waiting] = []
        self.waiting: set[str] = set()
        self.painting: dict[str, Waiting] = {}
        self.back: set[str] = set()
        """That wait for being given once more."""

    def new(self, one: Asked) -> Waiting:
        return Waiting(f"job {len(self.jobs)}", *one)

    @rule(some=st.lists(asked, min_size=1, max_size=4))
    def come(self, some: list[Asked]) -> None:
        for one in some:
            self.add(one)

    def add(self, one: Asked) -> None:
        job = self.new(one)
        self.jobs.append(job)
        self.waiting.add(job.id)
        self.queue.add(job)
        self.slow.add(job)

    @rule()
    def next(self) -> None:
        job = self.queue.next()
        assert job == self.slow.next()
        if job is not None:
            self.waiting.remove(job.id)
            self.back.discard(job.id)
            self.painting[job.id] = job

    @precondition(lambda self: self.painting)
    @rule(data=st.data())
    def put_back(self, data: st.DataObject) -> None:
        job = self.painting.pop(data.draw(st.sampled_from(sorted(self.painting))))
        self.waiting.add(job.id)
        self.back.add(job.id)
        self.queue.put_back(job)
        self.slow.put_back(job)

    @precondition(lambda self: self.painting)
    @rule(data=st.data())
    def finish(self, data: st.DataObject) -> None:
        del self.painting[data.draw(st.sampled_from(sorted(self.painting)))]

    @precondition(lambda self: self.waiting)
    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        id = data.draw(st.sampled_from(sorted(self.waiting)))
        self.waiting.remove(id)
        self.back.discard(id)
        assert self.queue.remove(id)
        assert not self.queue.remove(id)
        self.slow.remove(id)

    @rule(one=asked)
    def ask(self, one: Asked) -> None:
        """Where one would stand; the twin, which is not asked, tells whether that changed anything."""
        job, told = self.new(one), deepcopy(self.queue)
        told.add(job)
        assert self.queue.ahead_of(job) == placed(drained(told))[job.id]

    @invariant()
    def what_waits_is_known_and_counted(self) -> None:
        waiting = [job for job in self.jobs if job.id in self.waiting]
        assert len(self.queue) == len(waiting)
        for job in self.jobs:
            assert (job.id in self.queue) == (job.id in self.waiting)
            assert self.queue.of_member(job.member) == sum(one.member == job.member for one in waiting)
            assert self.queue.of_server(job.server) == sum(one.server == job.server for one in waiting)

    @invariant()
    def the_order_told_is_the_order_taken(self) -> None:
        taken = drained(self.queue)
        assert self.queue.order() == taken == drained(self.slow)
        assert self.queue.places() == placed(taken)
        assert all(self.queue.ahead_of(job) == place for job, place in zip(taken, placed(taken).values(), strict=True))
        assert Counter(job.id for job in taken) == Counter(self.waiting)

    @invariant()
    def a_members_jobs_keep_their_order(self) -> None:
        asked = defaultdict(list)
        for job in drained(self.queue):
            asked[job.server, job.member].append(int(job.id.split()[1]))
        assert all(numbers == sorted(numbers) for numbers in asked.values())

    @invariant()
    def nothing_is_kept_once_nobody_waits(self) -> None:
        if not self.waiting:
            assert not any((self.queue._servers.known, self.queue._servers._heap, self.queue._servers._now))
            assert not any((self.queue._jobs, self.queue._again))
            assert not any((self.queue._of_member, self.queue._of_server))


@st.composite
def lives(draw: st.DrawFn) -> Life:
    """A queue with a past, in which most of what came is still there or was given."""
    life = Life()
    for what in draw(st.lists(st.sampled_from(["add", "add", "add", "next", "next", "back", "gone"]), max_size=60)):
        if what == "add":
            life.add(draw(asked))
        elif what == "next":
            life.next()
        elif what == "back" and life.painting:
            life.put_back(draw(st.data()))
        elif what == "gone" and life.waiting:
            life.remove(draw(st.data()))
    return life
