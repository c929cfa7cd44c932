"""Acks a second of six servers, in turn, so that a slow minute of the machine meets all of them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from tests.bench.javascript import JavaScript
from tests.bench.load import Round, Typist, measured, middle
from tests.bench.servers import Started, process

CONNECTIONS = (1, 16, 64)
WARM_UP, MEASURED, ROUNDS = 0.3, 1.2, 3
"""Seconds, and how often."""
JS = "c"
"""Whoever has no Node measures without it."""


@dataclass(frozen=True)
class Contender:
    """One row: which server, what is typed, and whether the ack itself says something."""

    key: str
    name: str
    server: str
    text: str = "help"
    says: bool = True


CONTENDERS = (
    Contender("a", "bare Bolt, as it comes", "bolt"),
    Contender("b", "bare Bolt, process_before_response", "bolt-early"),
    Contender(JS, "bare Bolt for JavaScript", "javascript"),
    Contender("d", "bare aiohttp, signature only (the limit)", "raw"),
    Contender("e", "Shortlist `/candidate help`", "shortlist"),
    Contender(
        "f",
        "Shortlist `/candidate note`, durable",
        "shortlist",
        "note zoe@example.com Strong on Go",
        says=False,
    ),
)

Results = dict[tuple[str, int], Round]


@dataclass(frozen=True)
class Course:
    """How long everybody runs, and against which world."""

    world: Mapping[str, str]
    javascript: JavaScript | None
    connections: Sequence[int] = CONNECTIONS
    warm_up: float = WARM_UP
    measured: float = MEASURED
    rounds: int = ROUNDS
    contenders: Sequence[Contender] = CONTENDERS

    @property
    def starters(self) -> list[Contender]:
        return [each for each in self.contenders if each.key != JS or self.javascript]


async def acks(course: Course) -> Results:
    """By contender and number of connections, the median of the rounds."""
    rounds: dict[tuple[str, int], list[Round]] = {}
    for _ in range(course.rounds):
        for contender in course.starters:
            for connections, one in (await _contest(contender, course)).items():
                rounds.setdefault((contender.key, connections), []).append(one)
    return {key: middle(each) for key, each in rounds.items()}


async def _contest(contender: Contender, course: Course) -> dict[int, Round]:
    """What leaves work behind gets a new server for each measurement."""
    if contender.says:
        return await _on_one_server(contender, course, course.connections)
    results: dict[int, Round] = {}
    for connections in course.connections:
        results |= await _on_one_server(contender, course, (connections,))
    return results


async def _on_one_server(contender: Contender, course: Course, many: Sequence[int]) -> dict[int, Round]:
    results = {}
    async with _server(contender, course) as server:
        typist = Typist(server.line, course.world, contender.text, says=contender.says)
        for connections in many:
            await measured(typist, server.pid, connections, course.warm_up)
            results[connections] = await measured(typist, server.pid, connections, course.measured)
    return results


@asynccontextmanager
async def _server(contender: Contender, course: Course) -> AsyncIterator[Started]:
    if contender.key == JS and course.javascript:
        async with course.javascript.server(course.world) as started:
            yield started
    else:
        async with process(contender.server, course.world) as started:
            yield started
