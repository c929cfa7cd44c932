"""Who reads that something may have to be sent again looks, and sends it again."""

import asyncio
import random
from typing import Any

import pytest

from bot.demo.ats import STAND_INS
from bot.demo.slack.chat import composed
from bot.demo.slack.oauth import Team
from bot.demo.slack.people import CHANNELS, USERS
from bot.demo.slack.server import StandInSlack
from bot.demo.slack.workspace import Message
from commands.base import Continue, Picks
from commands.cards import trouble
from tests.torture import crowd as crowds
from tests.torture.city import City, Typist, _sent
from tests.torture.ledger import Asked, Came, Ledger
from tests.torture.said import mark_of

pytestmark = pytest.mark.anyio
USER, TEAM, ROOM = USERS[1].id, Team("T1"), CHANNELS[0].id


async def test_a_click_on_send_again_follows_a_look_and_is_known_before_the_bot_has_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(crowds, "AGAIN", 1.0)
    ats: Any = STAND_INS["talynce"]
    async with StandInSlack() as slack:
        people = [Typist(USER, TEAM, {"talynce": "one"})]
        ledger = Ledger()
        crowd = crowds.Crowd(City(slack, {}, people, {"one": ats}, {}, {}), ledger, random.Random(1))
        asked = ledger.enter(Asked(mark_of(1), "note", "typed", "one", "", USER, TEAM.id, ROOM))
        ledger.answered_at(asked, reference="0123abcd")
        crowd.doors.set()
        with _sent(slack, crowd.sends):
            crowd.hears(card(slack, ats.title), Came(reader=USER))
            async with asyncio.timeout(20):
                while not crowd.clicks:
                    await asyncio.sleep(0.02)
    assert (crowd.checks, crowd.clicks, asked.again, len(asked.references)) == (1, 1, 1, 2)


def card(slack: StandInSlack, title: str) -> Message:
    again = Continue(of="job", picks=Picks())
    shown = trouble.uncertain(
        title=title, verb="note", reference="0123abcd", link="https://example.com", again=again
    )
    said = {"text": shown.text, "blocks": list(shown.blocks)}
    return slack.workspace.put(composed(slack.workspace, ROOM, said, ephemeral_to=USER))
