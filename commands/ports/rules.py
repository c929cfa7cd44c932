"""Who may use which verb in a workspace: everybody, or named people and the members of Slack's user groups."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Protocol

from pydantic import Field

from connectors.models import Record

VERBS = ("add", "note", "tag", "move", "find", "import")
"""What a rule can be made for; what else can be done follows one of these."""


class Rule(Record):
    """Ids of people and of user groups. A verb without a rule is everybody's; one that names nobody is nobody's."""

    people: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()


class Silence(StrEnum):
    """Why Slack does not say who is in a user group."""

    AWAY = "away"
    SCOPE = "scope"
    """The app was installed without the permission to ask."""
    GONE = "gone"
    """The group is not there, or the workspace has no user groups any more."""


class Bar(Rule):
    """A verb that somebody may not use, who may, and why Slack could not tell that they are one of those."""

    verb: str
    silence: Silence | None = None


class Person(Record):
    """Somebody in Slack. Guests and strangers (people of other organisations) may do nothing."""

    id: str
    name: str
    admin: bool = False
    guest: bool = False
    stranger: bool = False
    country: str | None = None
    """Two letters, from the time zone: how a phone number without a country code is read."""
    email: str | None = Field(None, repr=False)
    """None as well where the app may not see it."""
    bars: tuple[Bar, ...] = ()
    """What the rules of the workspace keep from this person."""

    def bar(self, verb: str) -> Bar | None:
        return next((each for each in self.bars if each.verb == verb), None)


class Group(Record):
    """A user group of Slack; `handle` is what stands after the @."""

    id: str
    handle: str


class Groups(Record):
    """The user groups of a workspace, or why Slack does not name them."""

    known: tuple[Group, ...] = ()
    silence: Silence | None = None


class RuleBook(Protocol):
    """The rules of one workspace."""

    async def all(self) -> Mapping[str, Rule]:
        """By verb; a verb that is not there is everybody's."""
        ...

    async def save(self, rules: Mapping[str, Rule | None], by: str) -> None:
        """Keep each in place of the one of its verb; None gives the verb back to everybody."""
        ...

    async def groups(self) -> Groups: ...
