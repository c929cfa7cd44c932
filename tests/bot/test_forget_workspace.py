"""`shortlist forget` and an uninstallation: nothing of a workspace is left, its requests included."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.demo.slack.people import TEAM_ID
from bot.store.workspaces import KEPT
from tests.bot.conftest import Serve
from tests.bot.serving import Served, run
from tests.bot.town import Town

pytestmark = pytest.mark.anyio

ZOE = "zoe@example.com"


@pytest.fixture
async def served(serve: Serve, around: Town) -> Served:
    return await serve(around)


def count(folder: Path) -> dict[str, int]:
    """Rows of every table that holds something of a workspace, and jobs."""
    counts = {}
    for file, tables in {
        "shortlist.db": KEPT,
        "shortlist-jobs.db": ("workflow_status", "operation_outputs"),
    }.items():
        with closing(sqlite3.connect(folder / file)) as database:
            for table in tables:
                ((found,),) = database.execute(f"select count(*) from {table}")
                counts[table] = int(found)
    return {table: found for table, found in counts.items() if found}


def jobs(folder: Path) -> set[str]:
    with closing(sqlite3.connect(folder / "shortlist-jobs.db")) as database:
        return {id for (id,) in database.execute("select workflow_uuid from workflow_status")}


async def test_an_operator_deletes_a_workspace_while_the_bot_runs(served: Served, around: Town) -> None:
    await around.ask(f"note {ZOE} words", "Note added")
    await around.holds("eightfold", f"note {ZOE} more words")
    words = ("forget", "--workspace", TEAM_ID)
    code, out, err = await run(*words, env=served.env, folder=served.folder, stdin="n\n")
    assert code == 1
    assert "connections" in count(served.folder)
    before = jobs(served.folder)
    assert len(before) == 2

    code, out, err = await run(*words, "--yes", env=served.env, folder=served.folder)
    assert (code, err) == (0, "")
    assert f"Deleted of {TEAM_ID}:" in out
    assert "- 4 ATS connections, with their keys" in out
    assert "- 2 requests" in out
    await around.ask(f"find {ZOE}", "No ATS is connected to this workspace yet.")
    again = await run("forget", "--workspace", "T0NOBODY", "--yes", env=served.env, folder=served.folder)
    assert again == (0, "Nothing is kept of T0NOBODY.\n", "")
    await served.kill()
    assert jobs(served.folder) & before == set()
    left = count(served.folder)
    assert set(left) <= {"activity", "workflow_status", "operation_outputs", "lines"}, (
        "only of what came later"
    )
