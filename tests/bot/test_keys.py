"""Encryption keys that change: work goes on with the old ones, and a lost one stops nothing else."""

from collections.abc import AsyncIterator

import pytest

from bot.demo.slack.people import TEAM_ID
from bot.store.vault import LOST_KEY, new_key
from bot.work.engine.workflows import LOCKED_OUT
from tests.bot.conftest import KEY, Serve
from tests.bot.serving import Served, run
from tests.bot.test_live_forms import labels, search
from tests.bot.town import ADMIN, MEMBER, Asked, Town

pytestmark = pytest.mark.anyio

ZOE = "zoe@example.com"


@pytest.fixture(scope="module")
async def served(serve: Serve, around: Town) -> Served:
    return await serve(around)


async def left_open(served: Served, text: str) -> Asked:
    """A command that is under way when the bot is killed."""
    asked = await served.town.holds("eightfold", f"note {ZOE} {text}")
    await served.kill()
    return asked


async def test_work_and_connections_go_on_with_a_new_key_before_the_old_one(
    served: Served, around: Town
) -> None:
    asked = await left_open(served, "Across a change of keys")
    served.env["SHORTLIST_ENCRYPTION_KEYS"] = f"{new_key()},{KEY}"
    await served.start()
    await asked.answer("Note added")
    await around.ask(f"find {ZOE}", "Ødegård")


async def begun(served: Served) -> None:
    """Started, and known to Slack, but not ready: whoever runs it has to see that."""
    await served.begin()
    await served.logged(lambda line: line["event"] == "connected to Slack")


@pytest.fixture
async def locked(served: Served) -> AsyncIterator[Served]:
    """The bot with a key that opens nothing, and a command that was under way before."""
    good = served.env["SHORTLIST_ENCRYPTION_KEYS"]
    await served.kill()
    served.env["SHORTLIST_ENCRYPTION_KEYS"] = new_key()
    await begun(served)
    yield served
    await served.kill()
    served.env["SHORTLIST_ENCRYPTION_KEYS"] = good


async def test_a_lost_key_is_said_and_everything_else_works(served: Served, around: Town) -> None:
    good = served.env["SHORTLIST_ENCRYPTION_KEYS"]
    if not served.alive:
        await served.start()
    asked = await left_open(served, "Until the key was found")
    served.env["SHORTLIST_ENCRYPTION_KEYS"] = new_key()
    await begun(served)
    card = await around.ask(f"find {ZOE}", "The key of this connection cannot be opened.")
    assert "Whoever runs Shortlist has to give it the encryption key" in card.everything
    assert asked.answers("Note added") == []

    await served.kill()
    served.env["SHORTLIST_ENCRYPTION_KEYS"] = good
    await served.start()
    await asked.answer("Note added")
    assert str(around.row("eightfold", ZOE)["notes"]).count("Until the key was found") == 1


async def test_with_a_lost_key_every_way_in_says_so_and_nothing_breaks(locked: Served, around: Town) -> None:
    for text in (
        f"find {ZOE}",
        f"note {ZOE} words",
        f"tag {ZOE} python",
        "add Jo Doe jo@example.com to Alumni",
    ):
        await around.ask(text, "The key of this connection cannot be opened.")
    status = await around.ask("status", "0 of 4 ATS connections work.", user=ADMIN, command="/ats")
    assert status.everything.count("cannot be opened here") == 4
    await around.type("add")
    form = await around.slack.opened(MEMBER, "Add")
    assert labels(await search(around, form, "to", "alum")) == ["“alum” as typed"]
    await around.slack.submit(MEMBER, form.id, {"name": "Jo Doe", "email": "jo@example.com"})
    await around.slack.heard(MEMBER, "The key of this connection cannot be opened.")
    await around.slack.open_home(ADMIN)
    await around.slack.until(lambda: "cannot be opened here" in str(around.slack.home(ADMIN)))
    said, ready = await locked.get("/readyz")
    assert said == 503
    assert "SHORTLIST_ENCRYPTION_KEYS opens nothing of what is stored" in str(ready)
    log = locked.lines
    assert [line["event"] for line in log].count(LOST_KEY) == 1
    assert [
        line for line in log if line["level"] == "error" and line["event"] not in (LOST_KEY, LOCKED_OUT)
    ] == []


async def test_with_a_lost_key_an_admin_connects_again_and_goes_on(locked: Served, around: Town) -> None:
    key = around.ats["recruspace"].settings["key"]
    words = ("connect", TEAM_ID, "recruspace", "--name", "recruspace")
    code, out, err = await run(*words, env=locked.env, folder=locked.folder, stdin=key + "\n")
    assert (code, out.partition(" as")[0]) == (0, "Connected Recruspace")
    assert "its key does not open: `shortlist audit verify` says more" in out
    assert err == ""
    await around.ask(f"find {ZOE} via recruspace", "Ødegård")
