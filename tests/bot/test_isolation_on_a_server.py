"""The walks between workspaces that are most likely to find something, with everything on a PostgreSQL server."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bot.many import Many, many
from tests.bot.test_isolation import TEAMS, key_of, walk, world_of

pytestmark = pytest.mark.anyio


@pytest.fixture
async def here(tmp_path: Path, postgres_url: str) -> AsyncIterator[Many]:
    async with many(tmp_path, database_url=postgres_url) as all_of_it:
        for team in TEAMS:
            await all_of_it.mall.account(key_of(team), world_of(team))
        yield all_of_it


async def test_no_workspace_gets_anothers_key_token_or_candidate(here: Many) -> None:
    north, south, third = TEAMS
    asked = [("find", north, north), ("several", north, north), ("find", south, south)]
    carried = [("carried", south, north), ("carried", third, north), ("clicked", north, north)]
    gone = [("disconnect", north, north), ("leave", south, south), ("clicked", south, south)]
    after = [
        ("carried", north, south),
        ("note", south, south),
        ("connect", north, north),
        ("clicked", north, north),
    ]
    await walk(here, [*asked, *carried, *gone, *after])
    assert [len(await here.bot.workspaces.connections(team.id)) for team in TEAMS] == [1, 0, 1]
