"""`/ats connect`: connect an ATS account to the workspace."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, Literal, get_args, get_origin

from pydantic import Field, SecretStr, ValidationError
from pydantic.fields import FieldInfo

from commands.base import Block, Command, Context, Opening, Reply, Request, Usage, Values
from commands.cards import form
from commands.cards.connection import connected_card, connected_view, vendors_card
from commands.connection import VENDORS
from commands.text.connection_name import NAME_LIMIT, connection_name
from commands.text.grammar import bounded, shown, unescaped, words
from commands.text.reading import Reading
from connectors.base import AccountSettings, Connector
from connectors.vendors import CONNECTORS

NAME = "connection_name"
SECRET_HINT = "Slack cannot hide what is typed here. It is encrypted before it is stored."  # noqa: S105
NAME_HINT = "What people write after “via”. A connection of the same name is replaced."
EMPTY = "Please fill this in."
KEY_LETTERS = 12
"""From this length on, one word with a digit is rather a key than a name."""
LOOKS_LIKE_KEY = (
    "That looks like a key, so I did not take it as the connection's name. "
    "Keys belong in the field for the key, not behind the command."
)
WRONG = "This does not look right."
SAID = {"missing": EMPTY, "string_too_short": EMPTY}
"""What a validation error means to a person; others show the field's own description."""


class ConnectRequest(Request):
    """`settings` holds the key in clear."""

    vendor: str | None = None
    name: str = ""
    warning: str = ""
    """What the form says on top, before anything is sent."""
    settings: Mapping[str, str] = Field(default_factory=dict, repr=False)

    @property
    def complete(self) -> bool:
        return self.vendor is None or bool(self.settings)


def parse(text: str) -> ConnectRequest:
    """VENDOR, and perhaps the name that the connection is to have."""
    found = words(unescaped(bounded(text)))
    if not found:
        return ConnectRequest()
    vendor, rest = vendor_called(found[0].text), found[1:]
    if vendor is None:
        raise Usage(_unknown(found[0].text))
    if len(rest) == 1 and not rest[0].quoted and _like_a_key(rest[0].text):
        return ConnectRequest(vendor=vendor, warning=LOOKS_LIKE_KEY)
    name = connection_name(" ".join(word.text for word in rest)) if rest else ""
    return ConnectRequest(vendor=vendor, name=name)


def _like_a_key(text: str) -> bool:
    """A name would be read out in channels and cards; a key may be lost in a name's place."""
    long = len(text) >= KEY_LETTERS and any(letter.isalpha() for letter in text)
    return long and (any(letter.isdigit() for letter in text) or "key" in text.casefold())


def vendor_called(text: str) -> str | None:
    """The ATS of that name, however it is written."""
    return _names().get(" ".join(text.split()).casefold())


def _names() -> dict[str, str]:
    return {name: v.vendor for v in VENDORS for name in (v.vendor.casefold(), v.title.casefold())}


def _unknown(text: str) -> str:
    names = _names()
    close = get_close_matches(text.casefold()[:40], names, n=1)
    meant = f" Did you mean {names[close[0]]}?" if close else ""
    known = ", ".join(v.vendor for v in VENDORS)
    return f"{shown(text)} is not an ATS that I know.{meant} I know {known}."


async def run(context: Context, request: ConnectRequest) -> Reply:
    if request.vendor is None:
        return Reply(vendors_card(VENDORS))
    account = await context.registry.try_settings(request.vendor, request.settings)
    connection = await context.registry.connect(request.vendor, request.name, request.settings)
    card, view = connected_card(connection, account), connected_view(connection, account)
    return Reply(card, view, about=connection)


def draw(request: ConnectRequest, opening: Opening, problem: str | None) -> Block:
    connector = _connector(request.vendor or opening.vendor)
    inputs = [
        _input(name, field, request.settings.get(name)) for name, field in fields(connector.Settings).items()
    ]
    title = request.name or connector.title
    inputs.append(form.text_input(NAME, "Name of the connection", title, hint=NAME_HINT, limit=NAME_LIMIT))
    opening = opening.model_copy(update={"vendor": connector.vendor})
    heading = f"Connect {connector.title}"
    heading = heading if len(heading) <= form.TITLE else connector.title[: form.TITLE]
    return form.modal(heading, "Connect", opening, inputs, problem or request.warning)


def _connector(vendor: str | None) -> type[Connector]:
    if vendor not in CONNECTORS:
        raise Usage("Say which ATS to connect.")
    return CONNECTORS[vendor]


def fields(settings: type[AccountSettings]) -> dict[str, FieldInfo]:
    """What an admin fills in: required first, advanced ones left to operators."""
    shown = {name: f for name, f in settings.model_fields.items() if not _advanced(f)}
    return dict(sorted(shown.items(), key=lambda item: not item[1].is_required()))


def _advanced(field: FieldInfo) -> bool:
    return isinstance(field.json_schema_extra, dict) and bool(field.json_schema_extra.get("advanced"))


def _input(name: str, field: FieldInfo, value: str | None) -> Block:
    label = field.title or name.replace("_", " ").capitalize()
    secret = SecretStr in _types(field.annotation)
    hint = " ".join(filter(None, [field.description, SECRET_HINT if secret else ""]))
    optional = not field.is_required()
    default = "" if not optional or secret else _shown(field.default)
    if options := _choices(field.annotation):
        return form.select(name, label, options, value or default, hint=hint, optional=optional)
    return form.text_input(name, label, value or default, hint=hint, optional=optional)


def _shown(default: object) -> str:
    """A default as somebody would type it."""
    return ", ".join(map(str, default)) if isinstance(default, tuple) else str(default or "")


def _words(default: object) -> str | None:
    """A default as somebody would type it."""
    if isinstance(default, tuple):
        return ", ".join(map(str, default)) or None
    return None if default is None else str(default)


def _types(annotation: Any) -> tuple[Any, ...]:
    return (annotation, *get_args(annotation))


def _choices(annotation: Any) -> tuple[str, ...]:
    literals = [each for each in _types(annotation) if get_origin(each) is Literal]
    return tuple(str(choice) for each in literals for choice in get_args(each))


def read(values: Values, opening: Opening) -> ConnectRequest:
    connector = _connector(opening.vendor)
    reading = Reading(values)
    name = reading.needed(NAME, connection_name, EMPTY)
    given = {each: reading.text(each) for each in fields(connector.Settings)}
    settings = {each: text for each, text in given.items() if text}
    reading.errors |= problems(connector.Settings, settings)
    reading.finish()
    return ConnectRequest(vendor=connector.vendor, name=name or connector.title, settings=settings)


def problems(settings: type[AccountSettings], given: Mapping[str, str]) -> dict[str, str]:
    """A sentence for each field that the settings do not accept."""
    try:
        settings.model_validate(dict(given))
    except ValidationError as failure:
        found = failure.errors(include_input=False, include_url=False, include_context=False)
        return {
            str(e["loc"][0]) if e["loc"] else "key": _sentence(settings, e["loc"], e["type"]) for e in found
        }
    return {}


def _sentence(settings: type[AccountSettings], place: tuple[int | str, ...], kind: str) -> str:
    field = settings.model_fields.get(str(place[0])) if place else None
    described = f"{WRONG} {field.description}" if field and field.description else WRONG
    return SAID.get(kind, described)


CONNECT = Command(
    name="/ats",
    verb="connect",
    usage="/ats connect [ATS]",
    example="/ats connect recruspace",
    summary="Connect an ATS with its API key.",
    request=ConnectRequest,
    parse=parse,
    run=run,
    form=draw,
    read_form=read,
    admin=True,
    needs_ats=False,
    holds_form=True,
)
