"""Whatever breaks, and whenever: each change in an ATS is handed over once, and nothing that was there before."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import pytest
import stamina
from structlog.testing import capture_logs

from bot.demo.ats.desk import CannotAct
from bot.demo.ats.world import large_world, small_world
from connectors.changes import compare
from connectors.models import Candidate, Change, ChangeKind, JobChange, Kind
from tests.bot.watched import Scene, scene

pytestmark = pytest.mark.anyio

SCHEDULES = 40
"""Of each way to watch."""
WAYS = {
    "recruspace": ("recruspace", {}),
    "talynce": ("talynce", {}),
    "welcomekit": ("welcomekit", {}),
    "eightfold by search": ("eightfold", {"fresh": "true"}),
    "eightfold by changelog": ("eightfold", {"fresh": "false"}),
}
LOOKS = 11
"""After which every connector has compared all that it watches, and the jobs as well."""
LOG_DELAY = 32 * 60.0
ACTS = ("add", "add", "move", "move", "move", "tag", "tag", "hire", "reject", "open_job", "close_job")


@dataclass
class Town:
    """What a recruiter did in an ATS while a watch looked on, and what came of it."""

    scene: Scene
    before: dict[str, str] = field(default_factory=dict)
    jobs: dict[str, str] = field(default_factory=dict)
    did: list[str] = field(default_factory=list)

    async def begin(self) -> None:
        """The first contact, however often it breaks, and what was there then."""
        while not self.scene.tables.tables["watch_memories"]:
            await self.maybe()
            await self.scene.look()
            if self.paused:
                await self.reconnect()
        self.before = {id: mark(who) for id, who in (await self.people()).items()}
        self.jobs = await self.open_jobs()

    async def maybe(self) -> None:
        """The ATS goes away, comes back, refuses the key or takes it; sometimes the process is killed."""
        chance, chaos = self.scene.chaos.chance, self.scene.chaos
        chaos.away = chance.random() < (0.7 if chaos.away else 0.1)
        chaos.refuse = chance.random() < (0.5 if chaos.refuse else 0.04)
        if chance.random() < 0.05:
            self.scene.boot()

    def act(self) -> None:
        chance, desk = self.scene.chaos.chance, self.scene.stand_in
        what, number = chance.choice(ACTS), len(self.did)
        ids = [str(row["id"]) for row in desk.rows()]
        jobs = sorted({place.job for place in desk.places() if place.job})
        given = {
            "name": f"Grace Kim{number}",
            "email": f"grace{number}@example.com",
            "place": chance.choice(desk.places()).id,
            "id": chance.choice(ids[-9:]),
            "tag": f"tag{chance.randrange(4)}",
            "job": jobs[0],
        }
        if what == "close_job" and len(jobs) < 3:
            return
        try:
            self.did.append(f"{what} {desk.act(what, **given)}")
        except CannotAct:
            return

    def passes(self) -> None:
        chance = self.scene.chaos.chance
        longer = chance.choice((7_200.0, 40_000.0)) if chance.random() < 0.02 else 90.0
        self.scene.time.now += chance.uniform(0.1, longer)

    async def people(self) -> dict[str, Candidate]:
        """Whoever a watch can see, as they stand now."""
        with self.scene.calm():
            ats = await self.scene.opened()
            found = [await ats.candidate(str(row["id"])) for row in self.scene.stand_in.rows()]
        open_jobs = {place.job for place in self.scene.stand_in.places()}
        return {who.id: who for who in found if self.seen(who, open_jobs)}

    def seen(self, who: Candidate, open_jobs: set[str]) -> bool:
        if self.scene.vendor == "recruspace":
            return any(p.kind is Kind.POOL for p in who.placements)
        if self.scene.vendor == "welcomekit":
            return any(p.destination_id in open_jobs for p in who.placements)
        return True

    async def open_jobs(self) -> dict[str, str]:
        return {place.job: place.group for place in self.scene.stand_in.places() if place.job}

    async def settle(self) -> None:
        """Everything works again, and enough time passes."""
        with self.scene.calm():
            if self.paused:
                await self.reconnect()
            self.scene.time.now += LOG_DELAY
            for _ in range(LOOKS):
                await self.scene.look()
            self.scene.time.now += LOG_DELAY
            await self.scene.look()

    async def reconnect(self) -> None:
        """An admin saves the same settings anew."""
        with self.scene.calm():
            await self.scene.connect(**self.scene.settings)

    @property
    def paused(self) -> bool:
        return any(row["paused"] for row in self.scene.tables.tables["watches"].values())

    async def check(self) -> None:
        told = [each.change for each in self.scene.durable.news]
        about: dict[str, list[Change]] = {}
        for change in told:
            if isinstance(change, Change):
                about.setdefault(change.candidate.id, []).append(change)
        for id, who in (await self.people()).items():
            self.check_person(id, who, about.get(id, []))
        self.check_jobs([change for change in told if isinstance(change, JobChange)])
        assert (await self.open_jobs()).keys() == self.jobs.keys()

    def check_person(self, id: str, who: Candidate, told: list[Change]) -> None:
        marks = [self.before.get(id, ""), *(mark(each.candidate) for each in told)]
        story = (id, [(c.kind.value, m) for c, m in zip(told, marks[1:], strict=True)], marks[0], mark(who))
        assert marks[-1] == mark(who), ("missed", story)
        # Somebody old who went away and came back was moved, as Talynce's own dates tell.
        returned = len(marks) > 1 and f"move {id}" in self.did and marks[0] == marks[1]
        assert all(a != b for a, b in pairwise(marks[returned:])), ("twice", story)
        added = [each for each in told if each.kind is ChangeKind.ADDED]
        # Somebody who was never on a job that is watched, and is moved to one, was moved.
        came_over = f"move {id}" in self.did and bool(told) and told[0].kind is ChangeKind.MOVED
        assert len(added) == (id not in self.before and not came_over), ("added", story)

    def check_jobs(self, told: list[JobChange]) -> None:
        for change in told:
            if change.kind is ChangeKind.JOB_OPENED:
                assert change.destination.id not in self.jobs
                self.jobs[change.destination.id] = change.destination.title
            else:
                assert self.jobs.pop(change.destination.id) == change.destination.title


def mark(who: Candidate) -> str:
    return compare({}, [who])[1][who.id]


@pytest.fixture(autouse=True)
def quick() -> Iterator[None]:
    with stamina.set_testing(True, attempts=2, cap=True), capture_logs():
        yield


async def live(way: str, seed: int) -> Town:
    vendor, settings = WAYS[way]
    town = Town(await scene(vendor, seed, large_world(120) if seed % 10 == 0 else small_world(), **settings))
    chaos = town.scene.chaos
    chaos.rate = chaos.chance.choice((0.02, 0.1, 0.3))
    await town.begin()
    assert not town.scene.durable.news
    for _ in range(chaos.chance.randrange(4, 16)):
        for _ in range(chaos.chance.choice((0, 0, 1, 1, 2, 4))):
            town.act()
            town.passes()
        await town.maybe()
        await town.scene.look()
        town.passes()
    await town.settle()
    await town.check()
    return town


@pytest.mark.parametrize("way", WAYS)
async def test_nothing_is_missed_and_nothing_is_told_twice(way: str) -> None:
    restarts = told = did = 0
    for seed in range(SCHEDULES):
        town = await live(way, seed)
        await town.scene.client.aclose()
        restarts, told = restarts + town.scene.restarts, told + len(town.scene.durable.news)
        did += len(town.did)
    assert min(restarts, told, did) > SCHEDULES, "hardly anything happened"
