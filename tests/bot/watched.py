"""All that a watch works with, without a network, a disk or real time; any part may break at any call."""

import asyncio
import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx
from aiohttp import streams, web
from aiohttp.base_protocol import BaseProtocol
from aiohttp.test_utils import make_mocked_request
from pydantic import SecretStr

from bot.demo.ats import STAND_INS, StandInAts
from bot.demo.ats.world import World, small_world
from bot.store.base import Found, Row, Transaction, Value
from bot.store.vault import Vault, new_key
from bot.store.watches import Watches
from bot.store.workspaces import Workspaces
from bot.work.channels.announcement import ANNOUNCE, Announcement
from bot.work.connections import Connections
from bot.work.watch import Key, Watch
from bot.work.watching.poll import Poll
from commands.base import ConnectionInfo
from connectors.base import Connector
from connectors.eightfold import Eightfold
from connectors.http import Http
from connectors.pace import Pace
from connectors.vendors import CONNECTORS
from connectors.welcomekit import WelcomeKit

TEAM = "T1"
START = datetime(2026, 11, 20, 9, tzinfo=UTC).timestamp()
VAULT = Vault([SecretStr(new_key())])
KEYS = {
    "connections": ("id",),
    "channels": ("team_id", "channel_id"),
    "watches": ("team_id", "connection_id"),
    "watch_memories": ("team_id", "connection_id"),
}


class Killed(BaseException):
    """The process ends here, as if by `kill -9`."""


class Broken(Exception):
    """What a disk says that cannot write."""


class Time:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        await asyncio.sleep(0)

    def day(self) -> datetime:
        return datetime.fromtimestamp(self.now, UTC)


@dataclass
class Chaos:
    """Breaks a call now and then, in the ways that are named when it is switched on."""

    chance: random.Random
    rate: float = 0.0
    refuse: bool = False
    """Whether the ATS refuses the key."""
    away: bool = False

    def strikes(self) -> bool:
        return self.chance.random() < self.rate

    def strike(self) -> None:
        """Where something is made durable: it fails, or the process dies, before or after."""
        if self.strikes():
            raise self.chance.choice([Broken, Killed])


@dataclass
class Tables:
    """A store that keeps rows in memory and knows transactions."""

    chaos: Chaos
    tables: dict[str, dict[tuple[object, ...], dict[str, Any]]] = field(
        default_factory=lambda: {name: {} for name in (*KEYS, "subscriptions", "tallies")}
    )

    async def rows(self, table: str, where: Row) -> Sequence[Row]:
        return self._rows(self.tables, table, where)

    async def after(self, table: str, where: Row, column: str, bound: Value, limit: int) -> Sequence[Row]:
        return _Draft(self.tables).after(table, where, column, bound, limit)

    async def write(self, transaction: Transaction[Found]) -> Found:
        self.chaos.strike()
        draft = {name: {key: dict(row) for key, row in rows.items()} for name, rows in self.tables.items()}
        found = transaction(_Draft(draft))
        self.tables = draft
        self.chaos.strike()
        return found

    async def close(self) -> None: ...

    def _rows(self, tables: Any, table: str, where: Row) -> list[Row]:
        return [dict(r) for r in tables[table].values() if all(r.get(k) == v for k, v in where.items())]


class _Draft:
    def __init__(self, tables: dict[str, dict[tuple[object, ...], dict[str, Any]]]) -> None:
        self._tables = tables

    def rows(self, table: str, where: Row) -> Sequence[Row]:
        return [dict(r) for r in self._found(table, where)]

    def after(self, table: str, where: Row, column: str, bound: Value, limit: int) -> Sequence[Row]:
        later = [dict(r) for r in self._found(table, where) if r[column] > bound]
        return sorted(later, key=lambda row: row[column])[:limit]

    def put(self, table: str, row: Row) -> None:
        key = tuple(row[name] for name in KEYS[table])
        self._tables[table][key] = {**self._tables[table].get(key, {}), **row}

    def change(self, table: str, where: Row, values: Row) -> None:
        for row in self._found(table, where):
            row.update(values)

    def remove(self, table: str, where: Row) -> None:
        gone = [id(row) for row in self._found(table, where)]
        self._tables[table] = {k: r for k, r in self._tables[table].items() if id(r) not in gone}

    def remove_below(self, table: str, column: str, bound: float) -> None:
        self._tables[table] = {k: r for k, r in self._tables[table].items() if r[column] >= bound}

    def _found(self, table: str, where: Row) -> list[dict[str, Any]]:
        return [r for r in self._tables[table].values() if all(r.get(k) == v for k, v in where.items())]


class Wire(httpx.AsyncBaseTransport):
    """Hands requests to a stand-in in this process, or breaks them."""

    def __init__(self, stand_in: StandInAts, chaos: Chaos) -> None:
        self.chaos = chaos
        self._app = web.Application(middlewares=[stand_in._middleware])
        self._app.add_routes(stand_in.routes())
        self._app.freeze()
        self._socket = make_mocked_request("GET", "/")

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.chaos.away:
            raise httpx.ConnectError("away", request=request)
        if self.chaos.refuse:
            return httpx.Response(401, json={}, request=request)
        if self.chaos.strikes():
            return self._broken(request)
        loop = asyncio.get_running_loop()
        payload = streams.StreamReader(BaseProtocol(loop), 2**16, loop=loop)
        payload.feed_data(request.content)
        payload.feed_eof()
        asked = make_mocked_request(
            request.method,
            request.url.raw_path.decode(),
            headers=dict(request.headers),
            payload=payload,
            app=self._app,
            # To make these anew would cost more than all that is tried here.
            writer=self._socket._payload_writer,
            protocol=self._socket.protocol,
            transport=self._socket.transport,
        )
        answer = await self._app._handle(asked)
        assert isinstance(answer, web.Response)
        body = answer.body if isinstance(answer.body, bytes) else b""
        return httpx.Response(
            answer.status, headers={"content-type": "application/json"}, content=body, request=request
        )

    def _broken(self, request: httpx.Request) -> httpx.Response:
        way = self.chaos.chance.randrange(5)
        if way == 0:
            raise httpx.ReadTimeout("slow", request=request)
        if way == 1:
            raise Killed
        if way == 2:
            return httpx.Response(200, text="<html>Back soon</html>", request=request)
        if way == 3:
            return httpx.Response(429, headers={"retry-after": "7"}, json={}, request=request)
        return httpx.Response(502, text="Bad gateway", request=request)


class FreeHttp(Http):
    """Without a rate; where the ATS asks for patience, the test's time passes."""

    def __init__(self, client: httpx.AsyncClient, bases: Mapping[str, str], time: Time) -> None:
        super().__init__(client, bases)
        self._time = time

    def pace(self, vendor: str, key: SecretStr, per_minute: int | None) -> Pace:
        return Pace(None, clock=self._time, sleep=self._time.sleep)


class TimedConnections(Connections):
    """Connectors whose clocks are the test's."""

    def __init__(self, workspaces: Workspaces, http: Http, time: Time) -> None:
        super().__init__(workspaces, http)
        self._free, self._time = http, time

    def build(self, vendor: str, settings: Mapping[str, str]) -> Connector:
        if vendor == "welcomekit":
            return WelcomeKit(WelcomeKit.Settings.model_validate(dict(settings)), self._free, self._time.day)
        connector = super().build(vendor, settings)
        if isinstance(connector, Eightfold):
            connector.clock = self._time
        return connector


@dataclass
class Durable:
    """The engine as far as a watch sees it: what is put is kept, and an id is one piece of work."""

    chaos: Chaos
    work: dict[tuple[str, str], str] = field(default_factory=dict)

    async def put(self, kind: str, id: str, payload: str) -> None:
        await asyncio.sleep(0)
        self.chaos.strike()
        self.work.setdefault((kind, id), payload)
        self.chaos.strike()

    @property
    def news(self) -> list[Announcement]:
        return [Announcement.model_validate_json(p) for (kind, _), p in self.work.items() if kind == ANNOUNCE]


@dataclass
class Listeners:
    keys: set[Key] = field(default_factory=set)

    async def watched(self) -> list[Key]:
        return sorted(self.keys)


@dataclass
class Scene:
    """One workspace, one connection, the ATS behind it, and a process that watches and can be killed."""

    time: Time
    chaos: Chaos
    stand_in: StandInAts
    tables: Tables
    durable: Durable
    listeners: Listeners
    workspaces: Workspaces
    client: httpx.AsyncClient
    every: float = 60.0
    poll: Poll = field(init=False)
    watch: Watch = field(init=False)
    id: str = ""
    settings: dict[str, str] = field(default_factory=dict)
    restarts: int = -1

    def boot(self, owner: str = "shortlist") -> None:
        """Start a process: nothing of an earlier one is left but what is stored."""
        self.restarts += 1
        watches = Watches(self.tables, VAULT, owner)
        connections = TimedConnections(
            self.workspaces, FreeHttp(self.client, {self.vendor: "http://ats"}, self.time), self.time
        )
        self.poll = Poll(
            watches,
            self.workspaces,
            connections,
            self.durable.put,
            self.every,
            self.time,
            self.chaos.chance,
        )
        self.watch = Watch(
            self.listeners, watches, self.poll, tuple(CONNECTORS), clock=self.time, chance=self.chaos.chance
        )

    @property
    def vendor(self) -> str:
        return self.stand_in.vendor

    async def connection(self) -> ConnectionInfo:
        return (await self.workspaces.connections(TEAM))[0]

    async def opened(self) -> Connector:
        """A connector that remembers nothing."""
        sealed = await self.workspaces.sealed_settings(TEAM, self.id) or ""
        settings = self.workspaces.open_settings(TEAM, self.id, sealed)
        return self.poll.connections.build(self.vendor, settings)

    async def connect(self, **settings: str) -> ConnectionInfo:
        self.settings = settings
        info = await self.workspaces.connect(
            TEAM, self.vendor, "The ATS", {**self.stand_in.settings, **settings}
        )
        self.id = info.id
        return info

    async def look(self) -> float | None:
        """Look as the watch would, if nothing is planned for now time moves to when it is."""
        try:
            await self.watch.sync()
            lane = self.watch._lanes[self.vendor]
            if (TEAM, self.id) not in lane._due:
                return None
            self.time.now = max(self.time.now, lane._due[TEAM, self.id])
            await self.watch.step(await lane.next(), lane)
            return lane._due.get((TEAM, self.id))
        except (Killed, Broken):
            self.boot()
            return None

    @contextmanager
    def calm(self) -> Iterator[None]:
        before, self.chaos.rate = self.chaos.rate, 0.0
        self.chaos.away = self.chaos.refuse = False
        yield
        self.chaos.rate = before


async def scene(vendor: str, seed: int, world: World | None = None, **settings: str) -> Scene:
    """A connection that somebody listens to, and that nobody has looked at yet."""
    time, chaos = Time(), Chaos(random.Random(seed))
    stand_in = STAND_INS[vendor](world or small_world(), time)
    tables = Tables(chaos)
    client = httpx.AsyncClient(transport=Wire(stand_in, chaos))
    workspaces = Workspaces(tables, VAULT)
    made = Scene(time, chaos, stand_in, tables, Durable(chaos), Listeners(), workspaces, client)
    await made.connect(**settings)
    made.listeners.keys.add((TEAM, made.id))
    made.boot()
    return made
