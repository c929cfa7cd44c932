"""Slack's payloads, parsed once: the only file that knows their shapes."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from connectors.models import Record

ID = re.compile(r"[A-Za-z0-9._:=-]{1,255}")
"""An id of Slack's: it goes into logs, tables and addresses, so it is nothing but an id."""
Id = Annotated[str, Field(pattern=f"^{ID.pattern}$")]
DEEPEST = 50
ANYTHING = re.compile(".*", re.DOTALL)
"""Matches every id: one listener per kind of payload, our own tables do the rest."""


class Malformed(Exception):
    """A body that Slack would not send; `str` names the fields, never their content."""


class Outdated(Malformed):
    """What a card or form of ours carries cannot be read: it is of another version, or no card of ours at all."""


class Source(StrEnum):
    COMMAND = "command"
    BUTTON = "button"
    FORM = "form"
    SHORTCUT = "shortcut"


class Invocation(Record):
    """One thing a person asked for. `id` is Slack's own for the interaction, so a repeat has the same one."""

    id: str
    source: Source
    team: str
    user: str
    user_team: str
    channel: str | None = None
    trigger_id: str = Field("", repr=False)
    response_url: str | None = Field(None, repr=False)
    received: float
    """Seconds since the epoch."""
    command: str = ""
    text: str = Field("", repr=False)
    action: str = ""
    """A button's `action_id`, or a shortcut's `callback_id`."""
    block: str = ""
    """The `block_id` of what was clicked, typed or chosen."""
    value: str = Field("", repr=False)
    on_card: bool = False
    """Whether the click was on a card that only this person sees, which the answer then replaces."""
    at_home: bool = False
    """Whether the click was in Home, whose answers come by direct message."""
    spot: str = ""
    """What was clicked on: a message's ts, or a view's id and hash."""
    form: str = ""
    """The `callback_id` of a form."""
    opening: str = Field("", repr=False)
    view_id: str | None = None
    values: dict[str, dict[str, dict[str, Any]]] = Field(default_factory=dict, repr=False)
    message: dict[str, Any] = Field(default_factory=dict, repr=False)
    """Slack's message, for a shortcut used on one."""

    @property
    def reference(self) -> str:
        """What a person is shown and the log holds, to find one in the other."""
        return hashlib.blake2b(self.id.encode(), digest_size=4).hexdigest()

    @classmethod
    def from_slack(cls, body: Mapping[str, Any]) -> Invocation:
        """Raises `Malformed`."""
        try:
            found = _PARSERS[str(body.get("type", "command"))](body)
        except KeyError:
            raise Malformed("an unknown type of payload") from None
        except ValidationError as error:
            fields = sorted({".".join(map(str, e["loc"][:3])) for e in error.errors(include_input=False)})
            raise Malformed(f"wrong or missing: {', '.join(fields)}") from None
        if _nested(found.values, DEEPEST) or _nested(found.message, DEEPEST):
            raise Malformed("nested deeper than anything that Slack sends")
        return found


def _nested(node: object, deep: int) -> bool:
    """Whether it goes deeper: what is too deep could not be written down."""
    within = node.values() if isinstance(node, Mapping) else node if isinstance(node, list) else ()
    return deep == 0 or any(_nested(each, deep - 1) for each in within)


class _Shape(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True)


class _Command(_Shape):
    team_id: Id
    user_id: Id
    command: str = Field(min_length=1)
    text: str = ""
    channel_id: Id | None = None
    trigger_id: Id
    response_url: str | None = None


class _Id(_Shape):
    id: Id


class _User(_Id):
    team_id: Id | None = None


class _Choice(_Shape):
    value: str = ""


class _Action(_Shape):
    action_id: str
    block_id: str = ""
    value: str = ""
    selected_option: _Choice | None = None


class _View(_Id):
    type: str = "modal"
    hash: Id | Literal[""] = ""
    callback_id: str = ""
    private_metadata: str = ""
    state: dict[str, Any] = {}
    app_installed_team_id: Id | None = None


class _Interaction(_Shape):
    team: _Id | None = None
    user: _User
    trigger_id: Id


class _Container(_Shape):
    message_ts: str = ""
    is_ephemeral: bool = False


class _Buttons(_Interaction):
    channel: _Id | None = None
    container: _Container = _Container()
    response_url: str | None = None
    actions: list[_Action] = Field(min_length=1)
    view: _View | None = None

    @property
    def at_home(self) -> bool:
        return self.view is not None and self.view.type == "home"


class _Submission(_Interaction):
    view: _View


class _Shortcut(_Interaction):
    callback_id: str = Field(min_length=1)
    channel: _Id | None = None
    response_url: str | None = None
    message: dict[str, Any] = {}


def _command(body: Mapping[str, Any]) -> Invocation:
    said = _Command.model_validate(body)
    return Invocation(
        id=f"{said.team_id}:{said.trigger_id}",
        source=Source.COMMAND,
        team=said.team_id,
        user=said.user_id,
        user_team=said.team_id,
        channel=said.channel_id,
        trigger_id=said.trigger_id,
        response_url=said.response_url,
        received=time.time(),
        command=said.command,
        text=said.text,
    )


def _button(body: Mapping[str, Any]) -> Invocation:
    click = _Buttons.model_validate(body)
    action = click.actions[0]
    team = _team(click, click.view)
    return Invocation(
        id=f"{team}:{click.trigger_id}",
        source=Source.BUTTON,
        team=team,
        user=click.user.id,
        user_team=click.user.team_id or team,
        channel=click.channel.id if click.channel else None,
        trigger_id=click.trigger_id,
        response_url=click.response_url,
        received=time.time(),
        action=action.action_id,
        block=action.block_id,
        values=click.view.state.get("values", {}) if click.view else {},
        value=action.selected_option.value if action.selected_option else action.value,
        form=click.view.callback_id if click.view else "",
        opening=click.view.private_metadata if click.view else "",
        on_card=click.view is None and _for_one(click),
        spot=f"{click.view.id}:{click.view.hash}" if click.view else click.container.message_ts,
        view_id=click.view.id if click.view and not click.at_home else None,
        at_home=click.at_home,
    )


def _for_one(click: _Buttons) -> bool:
    """Whether nobody else sees the card: replaced in a channel, it would show everybody this person's answer."""
    return click.container.is_ephemeral or bool(click.channel and click.channel.id.startswith("D"))


def _submission(body: Mapping[str, Any]) -> Invocation:
    sent = _Submission.model_validate(body)
    team = _team(sent, sent.view)
    return Invocation(
        id=f"{team}:{sent.view.id}:{sent.view.hash}",
        source=Source.FORM,
        team=team,
        user=sent.user.id,
        user_team=sent.user.team_id or team,
        trigger_id=sent.trigger_id,
        received=time.time(),
        form=sent.view.callback_id,
        opening=sent.view.private_metadata,
        view_id=sent.view.id,
        values=sent.view.state.get("values", {}),
    )


def _shortcut(body: Mapping[str, Any]) -> Invocation:
    asked = _Shortcut.model_validate(body)
    team = _team(asked)
    return Invocation(
        id=f"{team}:{asked.trigger_id}",
        source=Source.SHORTCUT,
        team=team,
        user=asked.user.id,
        user_team=asked.user.team_id or team,
        channel=asked.channel.id if asked.channel else None,
        trigger_id=asked.trigger_id,
        response_url=asked.response_url,
        received=time.time(),
        action=asked.callback_id,
        message=asked.message,
    )


class _Opened(_Shape):
    user: Id
    tab: str = "home"


class _Event(_Shape):
    team_id: Id
    event: _Opened


def home_opened(body: Mapping[str, Any]) -> tuple[str, str] | None:
    """The workspace, and who looks at Home there; None for another tab. Raises `Malformed`."""
    try:
        said = _Event.model_validate(body)
    except ValidationError:
        raise Malformed("an event that says not who opened what") from None
    return (said.team_id, said.event.user) if said.event.tab == "home" else None


def _team(interaction: _Interaction, view: _View | None = None) -> str:
    """The workspace whose app it is: in a form opened through Slack Connect, the person's own is another."""
    own = interaction.team.id if interaction.team else interaction.user.team_id
    team = (view.app_installed_team_id if view else None) or own
    if not team:
        raise Malformed("no team")
    return team


_PARSERS = {
    "command": _command,
    "block_actions": _button,
    "view_submission": _submission,
    "message_action": _shortcut,
    "shortcut": _shortcut,
}
