"""Acks a second of five servers, in turn, so that a slow minute of the machine meets all of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tests.bench.load import Round, Typist, measured, middle
from tests.bench.servers import process

CONNECTIONS = (1, 16, 64)
WARM_UP, MEASURED, ROUNDS = 0.3, 1.2, 3
"""Seconds, and how often."""


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


async def acks(world: Mapping[str, str]) -> Results:
    """By contender and number of connections, the median of the rounds."""
    rounds: dict[tuple[str, int], list[Round]] = {}
    for _ in range(ROUNDS):
        for contender in CONTENDERS:
            for connections, one in (await _contest(contender, world)).items():
                rounds.setdefault((contender.key, connections), []).append(one)
    return {key: middle(each) for key, each in rounds.items()}


async def _contest(contender: Contender, world: Mapping[str, str]) -> dict[int, Round]:
    """What leaves work behind gets a new server for each measurement."""
    if contender.says:
        return await _on_one_server(contender, world, CONNECTIONS)
    results: dict[int, Round] = {}
    for connections in CONNECTIONS:
        results |= await _on_one_server(contender, world, (connections,))
    return results


async def _on_one_server(
    contender: Contender, world: Mapping[str, str], many: tuple[int, ...]
) -> dict[int, Round]:
    results = {}
    async with process(contender.server, world) as server:
        typist = Typist(server.line, world, contender.text, says=contender.says)
        for connections in many:
            await measured(typist, server.pid, connections, WARM_UP)
            results[connections] = await measured(typist, server.pid, connections, MEASURED)
    return results
