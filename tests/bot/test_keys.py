"""Encryption keys that change: work goes on with the old ones, and a lost one stops nothing else."""

import pytest

from bot.store.vault import new_key
from tests.bot.conftest import KEY, Serve
from tests.bot.serving import Served
from tests.bot.town import Asked, Town

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


async def test_a_lost_key_is_said_and_everything_else_works(served: Served, around: Town) -> None:
    good = served.env["SHORTLIST_ENCRYPTION_KEYS"]
    asked = await left_open(served, "Until the key was found")
    served.env["SHORTLIST_ENCRYPTION_KEYS"] = new_key()
    await served.start()
    card = await around.ask(f"find {ZOE}", "The key of this connection cannot be opened.")
    assert "Whoever runs Shortlist has to give it the encryption key" in card.everything
    assert asked.answers("Note added") == []

    await served.kill()
    served.env["SHORTLIST_ENCRYPTION_KEYS"] = good
    await served.start()
    await asked.answer("Note added")
    assert str(around.row("eightfold", ZOE)["notes"]).count("Until the key was found") == 1
