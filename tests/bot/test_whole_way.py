"""`shortlist serve`, told by environment variables alone, does for people what it is there for."""

import pytest

from tests.bot.conftest import Serve
from tests.bot.private import EMAIL, JANE, NOTE
from tests.bot.serving import Served
from tests.bot.town import ADMIN, HIRING, MEMBER, Town

pytestmark = pytest.mark.anyio

PLACES = {
    "recruspace": ("Backend talent", "Design talent", "Design talent"),
    "eightfold": ("Backend Engineer", "Design talent", "Design talent"),
    "talynce": ("Backend Engineer", "Backend Engineer: Interview", "Interview"),
    "welcomekit": ("Backend Engineer", "Backend Engineer: Interview", "Interview"),
}
"""By vendor: where somebody is added, where they are moved, and what the row then says."""


@pytest.fixture(scope="module", params=["http", "socket"])
async def served(request: pytest.FixtureRequest, serve: Serve, around: Town) -> Served:
    return await serve(around, socket_mode=request.param == "socket")


@pytest.mark.parametrize("vendor", PLACES)
async def test_every_verb_changes_the_ats_and_answers_with_a_card(
    served: Served, around: Town, vendor: str
) -> None:
    first, second, seen = PLACES[vendor]
    way = "socket" if "SHORTLIST_SLACK_APP_TOKEN" in served.env else "http"
    email = f"{way}.{EMAIL}"
    via = f"via {vendor}"

    added = await around.type(f'add {JANE} {email} +33 6 12 34 56 78 to "{first}" #python {via}')
    assert added.delivery.over == way
    await added.answer("was added")
    assert around.row(vendor, email)["tags"] == ["python"]
    assert "Interview" not in around.row(vendor, email)["stage"]

    await around.ask(f"find {email} {via}", email)
    await around.ask(f"note {email} {NOTE} {via}", "Note added")
    assert NOTE in str(around.row(vendor, email)["notes"])
    await around.ask(f"tag {email} senior, remote {via}", "is tagged senior, remote")
    assert set(around.row(vendor, email)["tags"]) >= {"python", "senior", "remote"}
    await around.ask(f'move {email} to "{second}" {via}', "was moved")
    assert seen in str(around.rows(vendor, email))


async def test_an_admin_connects_an_ats_in_slack_and_takes_it_away_again(
    served: Served, around: Town
) -> None:
    asked = await around.type("connect recruspace Second", user=ADMIN, command="/ats")
    assert asked.delivery.ok
    form = await around.slack.opened(ADMIN, "Connect Recruspace")
    await around.slack.submit(ADMIN, form.id, {"key": "rs-demo-key", "connection_name": "Second"})
    await around.slack.opened(ADMIN, "Connected")

    await around.ask("find zoe@example.com via second", "Zoë")
    await around.ask("status", "5 of 5 ATS connections work", command="/ats", user=ADMIN)
    await around.ask("default Second here", "is now the default", command="/ats", user=ADMIN)
    await around.ask("find zoe@example.com", "Second")
    await around.ask("disconnect second", "is disconnected", command="/ats", user=ADMIN)
    await around.ask("status", "4 of 4 ATS connections work", command="/ats", user=ADMIN)
    await around.ask("find zoe@example.com", "Zoë")
    await around.slack.close(ADMIN, form.id)


async def test_help_and_usage_are_in_the_ack_itself(served: Served, around: Town) -> None:
    for text, expected in [("help", "/candidate add"), ("nota x", "Did you mean"), ("frobnicate", "help")]:
        asked = await around.type(text)
        assert (asked.delivery.ok, len(asked.answers(expected))) == (True, 1)


async def test_an_incomplete_command_opens_its_form_with_what_is_there(served: Served, around: Town) -> None:
    asked = await around.type("note zoe@example.com")
    assert asked.delivery.ok
    form = await around.slack.opened(MEMBER, "Add a note")
    await around.slack.submit(MEMBER, form.id, {"text": "From the form, by Zoé's friend"})
    answer = await asked.answer("Note added")
    assert (answer.channel, answer.ephemeral_to) == (HIRING, MEMBER)


async def test_it_says_that_it_lives_and_what_it_counts(served: Served, around: Town) -> None:
    assert await served.get("/healthz") == (200, {"alive": True})
    assert await served.get("/readyz") == (200, {"ready": True, "waiting_for": {}})
