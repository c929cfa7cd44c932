"""A short throw of what `make fuzz` throws for long: nothing breaks, and every person is answered."""

import pytest

from bot.slack.shortcuts import TABLE, VERBS
from commands.base import Action
from commands.catalogue import COMMANDS
from tests.fuzz.run import run
from tests.fuzz.volley import Report

pytestmark = pytest.mark.anyio

SEED, BODIES = 20261122, 300
KINDS = {
    "slash_command",
    "block_actions",
    "block_suggestion",
    "event_callback",
    "message_action",
    "shortcut",
    "ssl_check",
    "url_verification",
    "view_closed",
    "view_submission",
}


@pytest.fixture(scope="module")
async def report(anyio_backend: str, tmp_path_factory: pytest.TempPathFactory) -> Report:
    return await run(tmp_path_factory.mktemp("fuzz"), SEED, range(BODIES))


async def test_no_body_breaks_anything_and_every_person_is_answered(report: Report) -> None:
    assert report.wrong == [], str(report)
    assert report.count == BODIES
    assert {"200", "400"} <= set(report.statuses)
    assert report.answered > BODIES / 10
    assert len(report.kinds) > 80


async def test_the_corpus_holds_every_kind_that_slack_sends(report: Report) -> None:
    names = " ".join(each.name for each in report.samples)
    clicked = {
        action["action_id"].partition(":")[0]
        for each in report.samples
        for action in each.errand.payload.get("actions", ())
    }
    said = [f"slash_command {c.name} {c.verb}" for c in COMMANDS if c.usage != c.name]
    forms = [f"view_submission form:{c.name}:{c.verb}" for c in COMMANDS if c.form]
    assert {str(action) for action in Action} <= clicked
    assert [each for each in (*said, *forms, *VERBS, TABLE) if each not in names] == []
    assert {each.errand.type for each in report.samples} == KINDS
