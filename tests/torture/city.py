"""All that surrounds the bot: many workspaces with their people, a Slack that listens, and accounts in four ATSs."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractContextManager, AsyncExitStack, asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from unittest.mock import patch

from aiohttp import web
from pydantic import SecretStr

from bot.demo.ats import STAND_INS, StandInAts
from bot.demo.ats.world import JOBS, PEOPLE, POOLS, Person, World
from bot.demo.run import slash_commands
from bot.demo.slack.deliver import Delivery
from bot.demo.slack.oauth import Team
from bot.demo.slack.payloads import Errand
from bot.demo.slack.people import Channel, User
from bot.demo.slack.respond import Responses
from bot.demo.slack.server import StandInSlack
from bot.demo.slack.workspace import Message
from bot.store.base import Store
from bot.store.installations import Installation, InstallationTable
from bot.store.open import open_store
from bot.store.vault import Vault
from bot.store.workspaces import Workspaces
from tests.torture.ledger import Came
from tests.torture.said import mark_of
from tests.torture.weather import Weather

ROOM = "C0HIRING"
REGULARS = 3
"""People in each account about whom there is much to say."""
STRANGERS = 500_000
_came: ContextVar[Came] = ContextVar("came", default=Came())  # noqa: B039 nothing can change it

Hears = Callable[[Message, Came], None]
Sends = Callable[[Errand], None]


@dataclass(frozen=True)
class Typist:
    """Somebody of a workspace; `accounts` are its connections by name, with the account's key."""

    user: str
    team: Team
    accounts: dict[str, str]


@dataclass(frozen=True)
class City:
    slack: StandInSlack
    weathers: dict[str, Weather]
    typists: list[Typist]
    accounts: dict[str, StandInAts]
    crowds: dict[str, list[str]]
    """By account, people about whom one thing will be asked."""
    environment: dict[str, str]

    def lied(self, account: str, since: float) -> bool:
        """Whether this account's ATS has answered with what is no answer since then."""
        lies = self.weathers[self.accounts[account].vendor].lies
        return lies.get(account, 0.0) >= since


class Listening(Responses):
    """Knows at which address an answer came in."""

    async def serve(self, request: web.Request) -> web.Response:
        _came.set(Came(address=request.match_info["token"]))
        return await super().serve(request)


def regular(number: int) -> str:
    return f"regular.{number}@example.net"


def strangers(account: int, count: int) -> list[str]:
    """People by whose names a card can be told from every other: each is asked about once."""
    return [mark_of(STRANGERS + 1000 * account + number) for number in range(count)]


def _world(names: Sequence[str]) -> World:
    often = [
        Person(500 + n, "Regular", "Rivers", regular(n), job="engineer", stage="New") for n in range(REGULARS)
    ]
    once = [
        Person(1000 + n, "Ann", name.capitalize(), f"{name}@example.net", job="engineer", stage="New")
        for n, name in enumerate(names)
    ]
    return World(POOLS, JOBS, (*PEOPLE, *often, *once))


@asynccontextmanager
async def city(
    where: str, key: str, chance: random.Random, hears: Hears, sends: Sends, *, teams: int, crowd: int
) -> AsyncIterator[City]:
    """Each workspace has two typists and two ATSs; its tokens and keys lie in the bot's database, whose address is `where`."""
    async with AsyncExitStack() as stack:
        weathers = {
            v: await stack.enter_async_context(Weather(v, random.Random(chance.random())).serve())
            for v in STAND_INS
        }
        slack = StandInSlack(commands=slash_commands())
        slack.responses = Listening(slack.workspace, slack.faults)
        await stack.enter_async_context(slack)
        for each in (_heard(slack, hears), _sent(slack, sends), _spoken(slack)):
            stack.enter_context(each)
        accounts: dict[str, StandInAts] = {}
        crowds: dict[str, list[str]] = {}
        typists: list[Typist] = []
        store = await open_store(where)
        vault = Vault([SecretStr(key)])
        for number in range(teams):
            team = Team(f"T{number:03}TORTURE", f"Company {number}")
            mine = {v: f"{v}-{number}" for v in chance.sample(sorted(STAND_INS), 2)}
            for vendor, name in mine.items():
                crowds[name] = strangers(len(accounts), crowd)
                accounts[name] = await weathers[vendor].account(name, _world(crowds[name]))
            await _settle(store, vault, slack, team, {v: accounts[name] for v, name in mine.items()})
            typists += [Typist(_move_in(slack, number, who), team, mine) for who in range(2)]
        await store.close()
        environment = _environment(slack, weathers, where, key)
        yield City(slack, weathers, typists, accounts, crowds, environment)


def _heard(slack: StandInSlack, hears: Hears) -> AbstractContextManager[object]:
    put = slack.workspace.put

    def note(message: Message) -> Message:
        if message.bot:
            hears(message, replace(_came.get(), reader=_reader(slack, message)))
        return put(message)

    return patch.object(slack.workspace, "put", note)


def _reader(slack: StandInSlack, message: Message) -> str:
    """The only person who reads it; nobody if there are several."""
    room = slack.workspace.channels[message.channel]
    alone = next(iter(room.members)) if room.kind == "app" and len(room.members) == 1 else ""
    return message.ephemeral_to or alone


def _sent(slack: StandInSlack, sends: Sends) -> AbstractContextManager[object]:
    """Before the bot has it: its answer may come before its ack does."""
    courier = slack.acts._courier
    carry = courier.carry

    async def tell(errand: Errand) -> Delivery:
        sends(errand)
        return await carry(errand)

    return patch.object(courier, "carry", tell)


def _spoken(slack: StandInSlack) -> AbstractContextManager[object]:
    """With whose token each call comes."""
    api = slack._web_api
    check = api._check

    def note(method: str, token: str) -> Team:
        team = check(method, token)
        _came.set(Came(team=team.id))
        return team

    return patch.object(api, "_check", note)


async def _settle(
    store: Store, vault: Vault, slack: StandInSlack, team: Team, accounts: dict[str, StandInAts]
) -> None:
    given = slack.installs.install(team)
    token, bot = SecretStr(str(given["access_token"])), str(given["bot_user_id"])
    await InstallationTable(store, vault).save(Installation(team=team.id, token=token, bot_user=bot))
    for vendor, account in accounts.items():
        await Workspaces(store, vault).connect(team.id, vendor, vendor, dict(account.settings))


def _move_in(slack: StandInSlack, team: int, number: int) -> str:
    """Somebody new, with direct messages of their own, and in the room where everybody types."""
    user = User(f"U{team:03}N{number}", f"Typist{team}x{number} Person", "admin", "#7c3aed", "t@example.com")
    workspace = slack.workspace
    workspace.users[user.id] = user
    dm = Channel(f"D{team:03}N{number}", user.name, "app", frozenset({user.id}))
    room = workspace.channels[ROOM]
    workspace.channels |= {dm.id: dm, ROOM: replace(room, members=room.members | {user.id})}
    return user.id


def _environment(slack: StandInSlack, weathers: dict[str, Weather], where: str, key: str) -> dict[str, str]:
    """All that an operator sets."""
    return {
        "SHORTLIST_SLACK_SIGNING_SECRET": slack.signing_secret,
        "SHORTLIST_SLACK_CLIENT_ID": slack.installs.client_id,
        "SHORTLIST_SLACK_CLIENT_SECRET": slack.installs.client_secret,
        "SHORTLIST_SLACK_API_URL": slack.api_url,
        "SHORTLIST_DATABASE_URL": where,
        "SHORTLIST_ENCRYPTION_KEYS": key,
        "SHORTLIST_PORT": "0",
        "SHORTLIST_DRAIN_SECONDS": "0",
        **{f"SHORTLIST_{vendor.upper()}_URL": each.url for vendor, each in weathers.items()},
    }
