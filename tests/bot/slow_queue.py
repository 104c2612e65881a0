"""The fair queue's slow twin: looks at everybody each time, and forgets nobody as long as somebody waits."""

from dataclasses import dataclass, field

from bot.queue import Waiting


@dataclass
class Party:
    time: float
    arrival: int
    now: float = 0.0
    """Of its members, where it is a server."""
    members: dict[str, "Party"] = field(default_factory=dict)
    jobs: list[Waiting] = field(default_factory=list)

    def waiting(self) -> int:
        return len(self.jobs) + sum(member.waiting() for member in self.members.values())


class SlowQueue:
    def __init__(self) -> None:
        self.again: list[Waiting] = []
        self.all = Party(0.0, 0)
        self.arrivals = 0
        self.given: list[str] = []

    def add(self, job: Waiting) -> None:
        self.arrivals += 1
        server = self.enter(self.all, job.server)
        self.enter(server, job.member).jobs.append(job)

    def enter(self, among: Party, name: str) -> Party:
        party = among.members.setdefault(name, Party(among.now, self.arrivals))
        if not party.waiting():
            party.time, party.arrival = max(party.time, among.now), self.arrivals
        return party

    def put_back(self, job: Waiting) -> None:
        self.again = sorted([*self.again, job], key=lambda one: self.given.index(one.id))

    def next(self) -> Waiting | None:
        if self.again:
            return self.again.pop(0)
        if not self.all.waiting():
            return None
        server = self.least(self.all)
        member = self.least(server)
        job = member.jobs.pop(0)
        self.all.now, server.now = server.time, member.time
        server.time += job.cost
        member.time += job.cost / job.weight
        self.given.append(job.id)
        self.forgive(server)
        return job

    def least(self, among: Party) -> Party:
        waiting = [party for party in among.members.values() if party.waiting()]
        return min(waiting, key=lambda party: (party.time, party.arrival))

    def remove(self, id: str) -> None:
        self.again = [job for job in self.again if job.id != id]
        for server in self.all.members.values():
            for member in server.members.values():
                if any(job.id == id for job in member.jobs):
                    member.jobs = [job for job in member.jobs if job.id != id]
                    return self.forgive(server)
        return None

    def forgive(self, server: Party) -> None:
        """Among those for whom no job waits all are equal."""
        for among in (server, self.all):
            if not among.waiting():
                among.members.clear()
                among.now = 0.0
