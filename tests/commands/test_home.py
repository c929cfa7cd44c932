"""Home: what each kind of person sees there, and what its buttons ask for."""

import json
from typing import Any

import pytest

from commands.base import Block, Run
from commands.cards.home import ASK_AN_ADMIN, CONNECTIONS, home_view
from commands.catalogue import command
from commands.ports.deed import State, can_edit, can_send_again
from connectors.vendors import CONNECTORS

from ..schemas import problems, things
from .homes import ADMIN, MEMBER, deed, full, homes, lines, page
from .samples import Words

W = Words()


def texts(view: Block) -> str:
    return "\n".join(t["text"] for t in things(view) if t.get("type") in ("mrkdwn", "plain_text"))


def buttons(view: Block) -> dict[str, list[dict[str, Any]]]:
    """The values of the buttons by their label."""
    found: dict[str, list[dict[str, Any]]] = {}
    for thing in things(view):
        if thing.get("type") == "button":
            found.setdefault(thing["text"]["text"], []).append(json.loads(thing["value"]))
    return found


def test_even_a_home_with_more_than_fits_is_one_that_slack_takes() -> None:
    view = home_view(full(W))
    assert problems(view, "home") == []
    assert f"and {60 - CONNECTIONS} more" in texts(view)


def test_guests_and_strangers_see_a_sentence_and_nothing_else() -> None:
    for name in ("home_guest", "home_stranger"):
        view = homes(W)[name]
        assert [block["type"] for block in view["blocks"]] == ["section"]
        assert buttons(view) == {}
        assert W.connection not in texts(view)


def test_members_may_do_everything_but_change_connections() -> None:
    found = buttons(homes(W)["home_member"])
    assert {"Add candidate", "Find candidate", "Note", "Tag", "Move"} <= found.keys()
    assert not {"Disconnect", "Make default", "Remove", "Connect Recruspace"} & found.keys()
    assert ASK_AN_ADMIN in texts(homes(W)["home_member"])


def test_admins_may_change_connections() -> None:
    found = buttons(homes(W)["home_admin"])
    assert {f"Connect {each.title}" for each in CONNECTORS.values()} <= found.keys()
    assert [each["picks"]["connection"] for each in found["Disconnect"]] == ["c1", "c2", "c3"]
    assert [each["picks"]["connection"] for each in found["Make default"]] == ["c2", "c3"], "the first is it"
    assert [each["text"] for each in found["Remove"]] == ["none <#C1>", "none <#C2>"]
    disconnecting = [
        t for t in things(homes(W)["home_admin"]) if "confirm" in t and t.get("type") == "button"
    ]
    assert {t["text"]["text"] for t in disconnecting} == {"Disconnect"}


@pytest.mark.parametrize("name", ["Recruspace EU", 'say "cheese"', "none", "a & b <c>", "the “best”"])
def test_admin_buttons_are_commands_that_can_be_read(name: str) -> None:
    found = buttons(home_view(page(Words(connection=name), ADMIN)))
    for label in ("Disconnect", "Make default", "Remove"):
        for value in found[label]:
            run = Run.model_validate(value)
            assert command(run.command, run.verb).admin
            command(run.command, run.verb).parse(run.text)


def test_what_needs_somebody_stands_apart_with_its_reason_and_its_buttons() -> None:
    view = homes(W)["home_member"]
    said = texts(view)
    assert said.index("Needs you") < said.index(W.message) < said.index("Your last actions")
    found = buttons(view)
    assert (len(found["Send again"]), len(found["Edit and send again"]), len(found["Dismiss"])) == (1, 1, 2)
    assert found["Send again"] == [
        {"of": "T1:123.456", "picks": {"connection": "c1", "candidate": W.id}},
    ]


def test_what_waits_says_when_it_is_tried_next() -> None:
    said = texts(homes(W)["home_member"])
    assert "next try <!date^1795296600^" in said
    assert "trying again now" in said
    assert "on its way" in said


def test_a_home_without_connections_says_who_can_connect_one() -> None:
    assert "An admin of this workspace can connect one." in texts(homes(W)["home_new"])
    assert "Connect Recruspace" in buttons(homes(W)["home_new_admin"])
    assert "Add candidate" not in buttons(homes(W)["home_new_admin"])


def test_nobody_is_told_what_somebody_wrote() -> None:
    """A line has no place for it: only ids, a verb, and the ATS's own words."""
    assert {W.name, W.email, W.note} & {str(value) for line in lines(W) for _, value in line.deed} == set()


def test_what_may_help_depends_on_what_went_wrong() -> None:
    add, find, connect = (command(*each) for each in NAMES)
    refused = ("Refused", "NotFound", "Conflict", "Unsupported", "MissingPermission", "BadCredentials")
    assert all(can_edit(outcome, add) for outcome in refused)
    assert not any(
        can_edit(outcome, add) for outcome in ("done", "asked", "gave up", "KeyError", "Unavailable")
    )
    assert not can_edit("Refused", connect), "its form is still open"
    assert can_edit("Refused", find)
    again = {
        o: can_send_again(deed(W, "add", State.FAILED, outcome=o)) for o in (*refused, "gave up", "KeyError")
    }
    assert [o for o, can in again.items() if can] == ["MissingPermission", "BadCredentials", "gave up"]


NAMES = (("/candidate", "add"), ("/candidate", "find"), ("/ats", "connect"))


def test_home_of_a_member_has_no_word_for_admins_only() -> None:
    assert home_view(page(W, MEMBER)) != home_view(page(W, ADMIN))
