"""A workspace that leaves takes its tokens, its keys and its memory with it: at once, once, and alone."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing

import pytest
import stamina
from structlog.testing import capture_logs

from bot.demo.ats.server import Fault
from bot.demo.slack.oauth import HOME, Team, acting_in, leaving
from bot.demo.slack.people import TEAM_ID
from bot.store.audit import CHAINS, TABLE
from bot.store.workspaces import KEPT
from bot.work import perform
from tests.bot.many import Many, many

pytestmark = pytest.mark.anyio

OUTLIVING = (TABLE, CHAINS)
"""The tables in which something is left of a workspace that has gone: see `bury`."""

ADMIN, MEMBER, HIRING = "U0ADA", "U0MIA", "C0HIRING"


@pytest.fixture(scope="module")
async def here(anyio_backend: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Many]:
    async with many(tmp_path_factory.mktemp("many")) as all_of_it:
        yield all_of_it


async def settled(here: Many, name: str) -> Team:
    """A workspace that has installed the app and connected an ATS, with a default for a channel."""
    team = Team(f"T0{name.upper()}", name)
    await here.install(team)
    await here.connect(team, f"key-{name}")
    (connection,) = await here.bot.workspaces.connections(team.id)
    await here.bot.workspaces.set_default(team.id, connection.id, HIRING)
    return team


async def ask(here: Many, team: Team, text: str, command: str = "/candidate", user: str = MEMBER) -> str:
    """Type a command; return what the ack itself says."""
    with acting_in(team):
        delivery = await here.slack.command(user, HIRING, command, text)
    assert delivery is not None
    assert delivery.ok
    return delivery.body


async def idle(here: Many) -> None:
    """What was under way has noticed that its workspace is gone."""
    async with asyncio.timeout(20):
        while await here.bot.jobs.open_jobs():
            await asyncio.sleep(0.01)


def rows(here: Many, team: str) -> dict[str, int]:
    """How much is kept of a workspace, by table, whatever tables there are."""
    with closing(sqlite3.connect(here.settings.database_path)) as database:
        tables = [name for (name,) in database.execute("select name from sqlite_master where type = 'table'")]
        kept = {}
        for table in tables:
            columns = [row[1] for row in database.execute(f"pragma table_info({table})")]
            if "team_id" in columns:
                count = f"select count(*) from {table} where team_id = ?"
                kept[table] = int(database.execute(count, [team]).fetchone()[0])
    return kept


async def test_everything_of_it_is_deleted_before_the_ack_and_nothing_of_others(here: Many) -> None:
    gone, stays = await settled(here, "gone"), await settled(here, "stays")
    await ask(here, gone, "find zoe@example.com")
    await here.slack.heard(MEMBER, "zoe@example.com", seconds=15)
    others = rows(here, stays.id)
    assert {"workspaces", "connections", "channels"} <= {
        t for t, count in rows(here, gone.id).items() if count
    }
    assert {*KEPT, *OUTLIVING} == set(others), "a table with a workspace in it is one to delete from"
    heard = await here.slack.leave(gone)
    assert all(delivery.ok for delivery in heard)
    left = {table: count for table, count in rows(here, gone.id).items() if count}
    assert left == dict.fromkeys(OUTLIVING, 1), "of the audit, that there was one"
    assert rows(here, stays.id) == others
    assert await here.bot.workspaces.connections(gone.id) == []


async def test_who_has_left_is_told_so_and_neither_key_nor_token_is_used(here: Many) -> None:
    gone = await settled(here, "former")
    await here.slack.leave(gone)
    keys, tokens = list(here.mall.keys), list(here.slack.tokens)
    await ask(here, gone, "find zoe@example.com")
    await here.slack.heard(MEMBER, "not installed in this workspace any more")
    assert (here.mall.keys, here.slack.tokens) == (keys, tokens)


async def test_an_event_that_comes_again_does_nothing_to_whoever_came_back(here: Many) -> None:
    team = await settled(here, "back")
    heard = await here.slack.leave(team)
    await settled(here, "back")
    before = rows(here, team.id)
    for delivery in heard:
        (repeat,) = await here.slack.repeat(delivery, retry=1)
        assert repeat.ok
    assert rows(here, team.id) == before


async def test_an_event_from_before_the_installation_is_about_the_one_before(here: Many) -> None:
    team = await settled(here, "late")
    before = rows(here, team.id)
    assert await here.bot.workspaces.forget(team.id, "EvLATE", 1_000_000.0) == []
    assert rows(here, team.id) == before


async def test_a_persons_revoked_token_is_not_the_bots(here: Many) -> None:
    team = await settled(here, "person")
    before = rows(here, team.id)
    with acting_in(team):
        delivery = await here.slack.event(
            {"type": "tokens_revoked", "tokens": {"oauth": ["U0ADA"], "bot": []}}
        )
        assert delivery.ok
        assert rows(here, team.id) == before
        delivery = await here.slack.event({"type": "tokens_revoked", "tokens": {"bot": ["U0DEMOBOT"]}})
    assert delivery.ok
    assert not any(rows(here, team.id).values())


async def test_a_deletion_that_failed_is_not_acknowledged_so_that_slack_says_it_again(
    here: Many, monkeypatch: pytest.MonkeyPatch
) -> None:
    team = await settled(here, "stuck")

    async def full(*_: object) -> list[str]:
        raise sqlite3.OperationalError("database or disk is full")

    with acting_in(team), monkeypatch.context() as patch:
        patch.setattr(type(here.bot.workspaces), "forget", full)
        refused = await here.slack.event(leaving()[1])
    assert refused.status == 503
    assert any(rows(here, team.id).values())
    (again,) = await here.slack.repeat(refused, retry=1)
    assert again.ok
    assert not any(rows(here, team.id).values())


async def test_what_a_workspace_that_left_had_asked_for_is_tried_no_more(
    here: Many, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(perform, "PAUSES", (0.05,) * 100)
    team = await settled(here, "working")
    account = here.mall.accounts["key-working"]
    account.force(*[Fault(status=503) for _ in range(100)])
    with capture_logs() as logs, stamina.set_testing(True, attempts=1):
        await ask(here, team, "note sam.rivera@example.com Never to be sent")
        await account.until(lambda: account.calls)
        await here.slack.leave(team)
        await idle(here)
    assert [line for line in logs if line["log_level"] == "error"] == []
    assert 0 < len(account.calls) < 100
    assert {table for table, count in rows(here, team.id).items() if count} <= set(OUTLIVING)


async def test_an_organisation_leaves_with_its_workspaces_but_not_with_those_that_installed_it_themselves(
    here: Many,
) -> None:
    whole = [Team(f"T0{n}", n, enterprise="E0RG", whole=True) for n in ("EAST", "WEST")]
    own = Team("T0OWN", "Own", enterprise="E0RG")
    await here.install(whole[0])
    await here.install(own)
    for team in (*whole, own):
        await here.connect(team, f"key-{team.id}")
        await ask(here, team, "status", "/ats", ADMIN)
    heard = await here.slack.leave(whole[0])
    assert all(delivery.ok for delivery in heard)
    await idle(here)
    for id in ("E0RG", "T0EAST", "T0WEST"):
        assert {table for table, count in rows(here, id).items() if count} <= set(OUTLIVING), id
    assert rows(here, own.id)["workspaces"] == 1
    assert len(await here.bot.workspaces.connections(own.id)) == 1


async def test_the_workspace_of_the_environments_token_can_leave_too(here: Many) -> None:
    await here.connect(HOME, "key-home")
    assert await here.bot.workspaces.connections(TEAM_ID)
    await here.slack.event(leaving()[1])
    assert await here.bot.workspaces.connections(TEAM_ID) == []
