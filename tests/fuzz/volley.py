"""Throws many bodies and gathers what is wrong with how they were taken."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import aiohttp

from bot.demo.slack.deliver import signed
from tests.fuzz.body import Body, body
from tests.fuzz.corpus import Sample
from tests.fuzz.judge import Witness, acknowledged, complaint, needs_answer
from tests.fuzz.scene import Scene

AT_ONCE = 32
PATIENCE = 30.0
"""Seconds for an answer that comes after the ack."""


@dataclass
class Report:
    """How it went. `wrong` has a line for each body that was not taken as it should be."""

    seed: int
    samples: Sequence[Sample] = ()
    statuses: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    answered: int = 0
    wrong: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def count(self) -> int:
        return sum(self.statuses.values())

    def __str__(self) -> str:
        told = ", ".join(f"{n} × {status}" for status, n in sorted(self.statuses.items()))
        lines = [
            f"seed {self.seed}: {self.count} bodies of {len(self.kinds)} kinds in {self.seconds:.0f} s: {told}; "
            f"{self.answered} people waited for an answer and had one.",
            *self.wrong,
        ]
        return "\n".join(lines)


@dataclass
class Thrower:
    here: Scene
    samples: Sequence[Sample]
    session: aiohttp.ClientSession
    report: Report
    witness: Witness

    async def throw(self, numbers: Iterable[int], tell: Callable[[str], None] = lambda text: None) -> None:
        """All of them, so many at once; returns when nobody waits for an answer any more."""
        began, left = time.monotonic(), iter(numbers)

        async def one_after_the_other() -> None:
            for number in left:
                await self._one(number)
                if number and number % 1_000 == 0:
                    tell(f"{self.report.count} bodies, {len(self.report.wrong)} taken wrongly")
                    tell("\n".join(self.report.wrong[-3:]))

        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(one_after_the_other())
        self.report.wrong += self.witness.wrong
        self.report.seconds = time.monotonic() - began

    async def _one(self, number: int) -> None:
        thrown = body(self.here, self.samples, self.report.seed, number)
        with self.witness.expecting(thrown) as heard:
            if await self._send(thrown):
                await self._answer(thrown, heard)
        self.here.leave(thrown.person)
        if number % AT_ONCE == 0:
            await self.here.mend()

    async def _send(self, thrown: Body) -> bool:
        """Whether somebody waits for what comes after the ack."""
        marks = signed(self.here.slack.signing_secret, thrown.raw, int(time.time()))
        headers = {"Content-Type": thrown.content_type, **marks}
        began = time.perf_counter()
        url = f"{self.here.bot.url}/slack/events"
        async with self.session.post(url, data=thrown.raw, headers=headers) as answer:
            text = await answer.text()
        if problem := complaint(thrown, answer.status, text, time.perf_counter() - began):
            self.report.wrong.append(f"{problem}: {thrown.told}")
        self.report.statuses[str(answer.status)] += 1
        self.report.kinds[thrown.name] += 1
        return answer.status == 200 and needs_answer(thrown) and not acknowledged(thrown, text)

    async def _answer(self, thrown: Body, heard: asyncio.Event) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                await heard.wait()
        except TimeoutError:
            self.report.wrong.append(f"nobody answered: {thrown.told}")
        else:
            self.report.answered += 1
