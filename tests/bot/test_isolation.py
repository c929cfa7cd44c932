"""Whatever people do in several workspaces, the key, the token and the people of one never serve another."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from bot.demo.ats.world import PEOPLE, World, small_world
from bot.demo.slack.oauth import Team, acting_in
from bot.demo.slack.workspace import Message
from tests.bot.many import Many, many

pytestmark = pytest.mark.anyio

ADMIN, MEMBER, HIRING = "U0ADA", "U0MIA", "C0HIRING"
NAME = "Main"
"""What every workspace calls its connection."""
TEAMS = [Team("T0NORTH", "North"), Team("T0SOUTH", "South"), Team("T0THIRD", "Third")]
ZOE = "zoe@example.com"
RUNS = itertools.count()


def world_of(team: Team) -> World:
    """The same ids and addresses everywhere; only the last name says whose they are."""
    people = tuple(replace(person, last=f"Of{team.name}") for person in PEOPLE)
    return replace(small_world(), people=people)


def key_of(team: Team) -> str:
    return f"key-{team.name.lower()}"


@dataclass
class Street:
    """The workspaces side by side. `run` tells apart what was written in different runs."""

    here: Many
    run: int = field(default_factory=lambda: next(RUNS))
    installed: set[str] = field(default_factory=set)
    connected: set[str] = field(default_factory=set)
    cards: dict[str, list[Message]] = field(default_factory=dict)

    async def open(self) -> None:
        for team in TEAMS:
            await self.install(team, team)

    async def install(self, team: Team, _: Team) -> None:
        await self.here.install(team)
        self.installed.add(team.id)
        await self.connect(team, team)

    async def connect(self, team: Team, _: Team) -> None:
        if team.id in self.installed:
            values = dict(self.here.mall.accounts[key_of(team)].settings)
            await self.here.bot.workspaces.connect(team.id, self.here.mall.vendor, NAME, values)
            self.connected.add(team.id)

    async def disconnect(self, team: Team, _: Team) -> None:
        await self.type(team, f"disconnect {NAME}", "/ats", ADMIN)
        self.connected.discard(team.id)

    async def leave(self, team: Team, _: Team) -> None:
        self.connected.discard(team.id)
        self.installed.discard(team.id)
        for delivery in await self.here.slack.leave(team):
            assert delivery.ok

    async def find(self, team: Team, _: Team) -> None:
        await self.type(team, f"find {ZOE} via {NAME}")

    async def note(self, team: Team, _: Team) -> None:
        await self.type(team, f"note {ZOE} Written in {team.name}, run {self.run}")

    async def several(self, team: Team, _: Team) -> None:
        """A question with a button for each of those who match, if there is an ATS; it goes on with the note."""
        asked = await self.type(team, f'note "rivera" Asked in {team.name}, run {self.run}')
        assert team.id not in self.connected or "Whom do you mean?" in asked[0].everything

    async def incomplete(self, team: Team, _: Team) -> None:
        await self.type(team, f"move {ZOE}")

    async def carried(self, team: Team, other: Team) -> None:
        """Every button of the other workspace's last cards, clicked in this one.

        A form that one of them opens may name who the button names, since the click has brought that name along.
        """
        for card in self.cards.get(other.id, [])[-2:]:
            for action in buttons(card):
                await self.act(team, card, action)

    async def clicked(self, team: Team, _: Team) -> None:
        await self.carried(team, team)

    async def type(
        self, team: Team, text: str, command: str = "/candidate", user: str = MEMBER
    ) -> list[Message]:
        before = {message.ts for message in self.here.slack.said(user)}
        with acting_in(team):
            await self.here.slack.command(user, HIRING, command, text)
        await self.quiet()
        new = [m for m in self.here.slack.said(user) if m.ts not in before and m.bot]
        self.cards.setdefault(team.id, []).extend(new)
        self.shows_nobody_of_others(team, new)
        return new

    async def act(self, team: Team, card: Message, action: dict[str, Any]) -> None:
        """Click on the card as it was first shown, whatever has become of it since."""
        self.here.slack.workspace.messages[card.channel, card.ts] = card
        before = {message.ts: message for message in self.here.slack.said(MEMBER)}
        with acting_in(team):
            await self.here.slack.action(MEMBER, HIRING, card.ts, action)
        await self.quiet()
        new = [m for m in self.here.slack.said(MEMBER) if before.get(m.ts) != m and m.bot]
        self.shows_nobody_of_others(team, new)
        self.here.slack.windows.clear(MEMBER)

    def shows_nobody_of_others(self, team: Team, said: list[Message]) -> None:
        others = [f"Of{other.name}" for other in TEAMS if other != team]
        assert [name for name in others for message in said if name in message.everything] == []

    async def quiet(self) -> None:
        """Return once no job and no look-up is under way."""
        async with asyncio.timeout(20):
            while await self.here.bot.jobs.open_jobs() or looking(self.here.settings.on_sqlite):
                await asyncio.to_thread(int)  # lets the others on, and takes a moment

    async def step(self, name: str, team: Team, other: Team) -> None:
        """Do it, and look at what arrived at the ATS and at Slack."""
        keys, tokens = len(self.here.mall.keys), len(self.here.slack.tokens)
        allowed = {key_of(team)} if team.id in self.connected else set()
        await getattr(self, name)(team, other)
        await self.quiet()
        assert set(self.here.mall.keys[keys:]) <= allowed
        used = {token for method, token in self.here.slack.tokens[tokens:] if method != "oauth.v2.access"}
        grants = self.here.slack.installs.grants
        assert {grants[token].team.id for token in used} <= {team.id}


def looking(alone: bool) -> bool:
    """Whether something is looked up beside the jobs; what runs as long as the bot does not count."""
    running = [str(task.get_coro()) for task in asyncio.all_tasks()]
    return sum("Background._guarded" in each for each in running) > ALWAYS + (ARRIVALS if alone else PEERS)


ALWAYS, ARRIVALS, PEERS = 3, 1, 4
"""Work that goes on as long as the bot runs: deleting old jobs and those of whoever left, and watching the ATSs. On a
file also: beginning with what arrives. On a server also: looking at the other processes, listening to them, speaking to them, and looking for
work that nobody does."""


def buttons(card: Message) -> Iterator[dict[str, Any]]:
    for block in card.blocks or ():
        for element in [*block.get("elements", []), block.get("accessory", {})]:
            if element.get("type") == "button" and "url" not in element:
                yield {"block_id": block["block_id"], "action_id": element["action_id"]}


STEPS = (
    "find",
    "note",
    "several",
    "incomplete",
    "clicked",
    "carried",
    "disconnect",
    "connect",
    "leave",
    "install",
)
step = st.tuples(st.sampled_from(STEPS), st.sampled_from(TEAMS), st.sampled_from(TEAMS))


@pytest.fixture(scope="module")
async def here(anyio_backend: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Many]:
    async with many(tmp_path_factory.mktemp("many")) as all_of_it:
        for team in TEAMS:
            await all_of_it.mall.account(key_of(team), world_of(team))
        yield all_of_it


async def written(here: Many, team: Team) -> str:
    return str([row["notes"] for row in here.mall.accounts[key_of(team)].rows()])


async def walk(here: Many, steps: list[tuple[str, Team, Team]]) -> None:
    street = Street(here)
    await street.open()
    for name, team, other in steps:
        await street.step(name, team, other)
    for team in TEAMS:
        notes = await written(here, team)
        assert [other.name for other in TEAMS if other != team and f"in {other.name}, run" in notes] == []


@settings(max_examples=15, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(st.lists(step, min_size=3, max_size=8))
async def test_one_workspace_never_gets_anothers_key_token_or_candidate(
    here: Many, steps: list[tuple[str, Team, Team]]
) -> None:
    await walk(here, steps)


async def test_buttons_carried_over_do_nothing_and_spoil_nothing(here: Many) -> None:
    """The walk that is most likely to find something, always taken: a question asked in one, answered in another."""
    north, south, third = TEAMS
    asked = [("find", north, north), ("several", north, north)]
    await walk(
        here, [*asked, ("carried", south, north), ("carried", third, north), ("clicked", north, north)]
    )
    count = next(RUNS) - 1
    assert f"Asked in North, run {count}" in await written(here, north), "its own click still counts"


async def test_neither_a_disconnected_nor_a_departed_workspace_has_a_key(here: Many) -> None:
    north, south, _ = TEAMS
    asked = [("find", north, north), ("several", north, north), ("find", south, south)]
    gone = [("disconnect", north, north), ("leave", south, south)]
    after = [
        ("clicked", north, north),
        ("clicked", south, south),
        ("carried", north, south),
        ("note", south, south),
    ]
    await walk(here, [*asked, *gone, *after, ("connect", north, north), ("clicked", north, north)])
