"""`/ats`: connecting, looking at and choosing ATS accounts; and which one a command uses."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from commands.base import ConnectionInfo, Context, Interrupt, Invalid, Opening, Picks, Usage
from commands.catalogue import command, find_command
from commands.connect import ConnectRequest
from commands.connection import settle
from commands.note import NoteRequest
from commands.permission import refusal
from commands.ports.watching import Problem, WatchState
from connectors.errors import BadCredentials, Unavailable
from connectors.vendors import CONNECTORS
from tests.commands.forms import open_form, read_form

from ..schemas import problems, things
from .conftest import ADMIN, MIA, MemoryRegistry, values, words

pytestmark = pytest.mark.anyio

EU = ConnectionInfo(id="c1", name="Acme EU", vendor="recruspace", title="Recruspace", default=True)
US = ConnectionInfo(id="c2", name="Acme US", vendor="recruspace", title="Recruspace", channels=("C2",))


@pytest.fixture
def context(registry: MemoryRegistry) -> Context:
    return Context(job="T1:1", person=ADMIN, channel="C1", registry=registry)


async def ends(context: Context, text: str) -> str:
    found, rest = find_command("/ats", text)
    try:
        card = (await found.run(context, found.parse(rest))).card
    except Interrupt as interrupt:
        card = interrupt.card
    assert problems(list(card.blocks), "message") == []
    return words(card)


def picked(block: str, *texts: str) -> dict[str, Any]:
    """What a select of many holds."""
    options = [{"text": {"type": "plain_text", "text": each}, "value": f"text:{each}"} for each in texts]
    return {block: {"value": {"type": "multi_external_select", "selected_options": options}}}


def filled(**given: str | None) -> dict[str, Any]:
    return {block: {"value": {"type": "plain_text_input", "value": text}} for block, text in given.items()}


async def test_connect_alone_offers_each_ats(context: Context) -> None:
    found, rest = find_command("/ats", "connect")
    reply = await found.run(context, found.parse(rest))
    assert {v["vendor"] for v in values(reply.card, "open_form")} == set(CONNECTORS)


@pytest.mark.parametrize("vendor", sorted(CONNECTORS))
def test_each_ats_has_a_form_made_of_its_settings(vendor: str) -> None:
    view = open_form(Opening(command="/ats", verb="connect", vendor=vendor))
    assert problems(view, "modal") == []
    shown = [block["block_id"] for block in view["blocks"]]
    assert shown[0] == "key"
    assert shown[-1] == "connection_name"
    assert "upload_path" not in shown
    assert "Slack cannot hide what is typed here" in view["blocks"][0]["hint"]["text"]
    assert f'"vendor":"{vendor}"' in view["private_metadata"]


async def test_a_filled_in_form_connects_and_shows_that_it_did(
    context: Context, registry: MemoryRegistry
) -> None:
    opening = Opening(command="/ats", verb="connect", vendor="recruspace")
    found, request = read_form(filled(key=" good ", connection_name="Acme  EU", record_link=None), opening)
    assert request == ConnectRequest(vendor="recruspace", name="Acme EU", settings={"key": "good"})
    reply = await found.run(context, request)
    assert "Connected to *Acme EU* (Recruspace) as Acme." in words(reply.card)
    assert reply.view
    assert problems(reply.view, "modal") == []
    assert registry.saved == {"Acme EU": {"key": "good"}}


async def test_a_wrong_key_is_not_saved(context: Context, registry: MemoryRegistry) -> None:
    request = ConnectRequest(vendor="recruspace", name="Acme", settings={"key": "bad"})
    with pytest.raises(BadCredentials):
        await command("/ats", "connect").run(context, request)
    assert registry.known == []


def test_a_form_says_which_fields_need_another_look() -> None:
    opening = Opening(command="/ats", verb="connect", vendor="recruspace")
    with pytest.raises(Invalid) as caught:
        read_form(filled(key="", connection_name="", record_link="example.com"), opening)
    assert caught.value.errors["key"] == caught.value.errors["connection_name"] == "Please fill this in."
    assert "with {id} where" in caught.value.errors["record_link"]


def test_a_key_shows_in_no_repr() -> None:
    request = ConnectRequest(vendor="recruspace", name="Acme", settings={"key": "s3cret-key"})
    assert "s3cret-key" not in f"{request!r} {request}"


async def test_status_says_of_each_whether_it_works(context: Context, registry: MemoryRegistry) -> None:
    assert "No ATS is connected to this workspace yet." in await ends(context, "status")
    registry.known = [EU, US]
    registry.broken = {"Acme US": Unavailable("Recruspace", "answered 503")}
    said = await ends(context, "status")
    assert "1 of 2 ATS connections work." in said
    assert "*Acme EU* (Recruspace): connected as the account of Acme EU — default" in said
    assert "*Acme US* (Recruspace): Recruspace is not answering right now. — default of <#C2>" in said


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (WatchState(), "Announcements: begin shortly."),
        (WatchState(worked=1.0), "Announcements: last worked <!date^1^"),
        (
            WatchState(worked=1.0, next_at=90.0, problem=Problem.AWAY),
            "does not answer; last worked <!date^1^",
        ),
        (WatchState(next_at=90.0, problem=Problem.ODD), "has not worked yet; next try <!date^90^"),
        (WatchState(problem=Problem.REFUSED, paused=True), "paused until it is connected again."),
    ],
)
async def test_status_says_when_a_watch_last_worked_or_why_not(
    context: Context, registry: MemoryRegistry, state: WatchState, said: str
) -> None:
    registry.known = [EU, US]
    registry.watched = {"Acme EU": state}
    shown = await ends(context, "status")
    assert said in shown
    assert shown.count("Announcements") == shown.count(said)


async def test_disconnect_and_default_name_their_connection(
    context: Context, registry: MemoryRegistry
) -> None:
    registry.known = [EU, US]
    assert "*Acme US* is now the default ATS of <#C1>." in await ends(context, "default acme us here")
    assert "of <#C9>" in await ends(context, "default Acme US <#C9|hiring>")
    assert "of this workspace" in await ends(context, "default Acme US")
    assert "No ATS connection is called “Acme”." in await ends(context, "disconnect Acme")
    assert "*Acme EU* is disconnected" in await ends(context, "disconnect “acme eu”")
    assert [c.name for c in registry.known] == ["Acme US"]
    assert "There is no channel here" in await ends(replace(context, channel=None), "default Acme US here")


def test_a_command_uses_what_it_names_else_the_channels_else_the_workspaces_default() -> None:
    def used(via: str | None, channel: str, known: list[ConnectionInfo]) -> str:
        return settle(NoteRequest(via=via), known, channel, MIA)[1].name

    assert used("acme us", "C1", [EU, US]) == "Acme US"
    assert used(None, "C2", [EU, US]) == "Acme US"
    assert used(None, "C1", [EU, US]) == "Acme EU"
    assert used(None, "C1", [US]) == "Acme US"
    assert used("Recruspace", "C1", [US]) == "Acme US"


@pytest.mark.parametrize(
    ("via", "known", "sentence"),
    [
        ("zoom", [EU, US], "No ATS connection is called “zoom”."),
        (None, [], "A workspace admin can connect one"),
        (None, [US, US.model_copy(update={"id": "c3"})], "Which ATS?"),
    ],
)
def test_a_command_without_an_ats_says_what_to_do(
    via: str | None, known: list[ConnectionInfo], sentence: str
) -> None:
    with pytest.raises(Interrupt) as caught:
        settle(NoteRequest(via=via), known, "C1", MIA)
    assert sentence in words(caught.value.card)


def test_via_something_else_in_a_note_is_a_part_of_the_note() -> None:
    note = command("/candidate", "note").parse("jane@example.com Met via Zoom")
    read, connection = settle(note, [EU, US], "C1", MIA)
    assert connection == EU
    assert read == NoteRequest(who="jane@example.com", text="Met via Zoom")


def test_who_may_not_is_told_what_is_needed() -> None:
    connect, note = command("/ats", "connect"), command("/candidate", "note")
    assert refusal(MIA, note) is None
    assert refusal(ADMIN, connect) is None
    refused = [
        refusal(MIA, connect),
        refusal(MIA.model_copy(update={"guest": True}), note),
        refusal(ADMIN.model_copy(update={"stranger": True}), note),
    ]
    said = [words(card) for card in refused if card]
    assert "Only workspace admins can connect an ATS." in said[0]
    assert "Guests cannot use the ATS." in said[1]
    assert "People of other organisations" in said[2]


async def test_help_and_menu_come_from_the_table(context: Context) -> None:
    for text in ("help", "", "help connect", "help nonsense"):
        assert await ends(context, text)
    assert "Needs a workspace admin." in await ends(context, "help connect")
    assert "“nonsense” is not one of them." in await ends(context, "help nonsense")
    menu, rest = find_command("/candidate", "")
    card = (await menu.run(context, menu.parse(rest))).card
    assert [v["verb"] for v in values(card, "open_form")] == ["add", "find", "note", "tag", "move", "import"]


def initial(view: Any) -> dict[str, Any]:
    """What each field begins with: its text, or the values of what is selected."""
    return {t["block_id"]: _first(t["element"]) for t in things(view) if t.get("type") == "input"}


def _first(element: Any) -> Any:
    several = element.get("initial_options")
    one = element.get("initial_option", {}).get("value")
    return [each["value"] for each in several] if several else one or element.get("initial_value")


def test_a_form_opens_with_what_is_known() -> None:
    text = '"Jane" jane@example.com #"machine learning" to "R&D"'
    view = open_form(Opening(command="/candidate", verb="add", text=text, connection="c1"))
    assert initial(view) == {
        "name": "Jane",
        "email": "jane@example.com",
        "phone": None,
        "links": None,
        "to": "text:R&D",
        "tags": ["text:machine learning"],
    }
    assert view["callback_id"] == "form:/candidate:add"
    assert Opening.model_validate_json(view["private_metadata"]) == Opening(
        command="/candidate", verb="add", connection="c1"
    )


def test_a_form_about_somebody_does_not_ask_who() -> None:
    opening = Opening(command="/candidate", verb="note", candidate="101", name="Ada")
    assert list(initial(open_form(opening))) == ["text"]
    assert read_form(filled(text="Hello"), opening)[1] == NoteRequest(
        text="Hello", picks=Picks(candidate="101")
    )


def test_a_form_that_cannot_be_filled_in_says_why() -> None:
    view = open_form(Opening(command="/candidate", verb="add", text="jane@nowhere"))
    assert "“jane@nowhere” is not an email address." in str(view["blocks"][0])


def test_every_field_that_is_wrong_is_said_at_once() -> None:
    given = filled(name="Jane", email="x", phone="123", links="nope", to=None) | picked("tags", "x" * 61)
    with pytest.raises(Invalid) as caught:
        read_form(given, Opening(command="/candidate", verb="add"))
    assert set(caught.value.errors) == {"email", "phone", "links", "tags"}
    for verb in ("note", "tag", "move", "find"):
        with pytest.raises(Invalid):
            read_form({}, Opening(command="/candidate", verb=verb))


def test_a_filled_in_form_is_a_request() -> None:
    given = filled(
        name=" Jane  Doe ",
        email="jane@example.com",
        phone="+33 6 12 34 56 78",
        links="linkedin.com/in/jane\nhttps://example.com",
        to="text:Alumni",
    ) | picked("tags", "go", "rust")
    _, request = read_form(given, Opening(command="/candidate", verb="add"))
    assert request.model_dump(exclude_defaults=True) == {
        "name": "Jane Doe",
        "email": "jane@example.com",
        "phone": "+33612345678",
        "links": ("https://linkedin.com/in/jane", "https://example.com"),
        "tags": ("go", "rust"),
        "to": "Alumni",
    }
    assert type(request).model_validate_json(request.model_dump_json()) == request


def test_a_form_of_nothing_is_a_programming_error() -> None:
    with pytest.raises(LookupError):
        command("/ats", "nonsense")
    with pytest.raises(Usage):
        open_form(Opening(command="/ats", verb="connect"))
    assert Picks() == Picks.model_validate_json("{}")


async def test_none_takes_a_channels_own_default_back(context: Context, registry: MemoryRegistry) -> None:
    registry.known = [EU, US]
    assert "has no ATS of its own any more" in await ends(context, "default none <#C2|jobs>")
    assert [c.channels for c in registry.known] == [(), ()]
    assert "Say whose choice to take back" in await ends(context, "default none")
    registry.known = [EU.model_copy(update={"name": "None"})]
    assert "*None* is now the default ATS of this workspace" in await ends(context, "default none")


async def test_a_button_means_the_connection_of_its_id_whatever_it_is_called(
    context: Context, registry: MemoryRegistry
) -> None:
    registry.known = [EU, US.model_copy(update={"name": 'Acme "US"'})]
    by_button = replace(context, picks=Picks(connection="c2"))
    assert "is disconnected" in await ends(by_button, "disconnect \"Acme 'US'\"")
    assert registry.known == [EU]
    assert "No ATS connection is called" in await ends(by_button, "disconnect \"Acme 'US'\"")
