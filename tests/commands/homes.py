"""Homes of several people, made of given words."""

from __future__ import annotations

from typing import Any

from commands.base import Block, ConnectionInfo, Person, Picks
from commands.cards.connection import Health
from commands.cards.home import Line, Page, home_view
from commands.connection import VENDORS
from commands.ports.deed import Deed, State
from connectors.models import Account

from .samples import LATER, WHEN, Words, info

NOW = WHEN.timestamp()
ADMIN = Person(id="U2", name="Ada Admin", admin=True)
MEMBER = Person(id="U1", name="Mia Member")


def deed(w: Words, verb: str, state: State, **more: Any) -> Deed:
    return Deed(
        job="T1:123.456",
        command="/candidate",
        verb=verb,
        state=state,
        reference="7f3a0b1c",
        created=NOW,
        updated=NOW,
        picks=Picks(connection="c1", candidate=w.id),
        **more,
    )


def lines(w: Words) -> list[Line]:
    """One of each state."""
    refused = deed(w, "add", State.FAILED, outcome="Refused", reason=w.message)
    lost = deed(w, "note", State.UNDECIDED, outcome="Undecided", reason="It may be there or not.")
    broken = deed(w, "tag", State.FAILED, outcome="KeyError", reason="Something went wrong here.")
    return [
        Line(refused, edit=True),
        Line(lost, again=True),
        Line(broken),
        Line(deed(w, "note", State.WAITING)),
        Line(deed(w, "move", State.WAITING, next_try=LATER.timestamp())),
        Line(deed(w, "move", State.WAITING, next_try=NOW - 1)),
        Line(deed(w, "add", State.ASKED)),
        Line(deed(w, "add", State.DONE)),
        Line(deed(w, "unheard_of", State.DONE)),
    ]


def connections(w: Words) -> list[tuple[ConnectionInfo, Health | None]]:
    """One that works, one that does not, one that is being asked."""
    first = info(w, default=True, channels=("C1", "C2"))
    second, third = first.model_copy(update={"id": "c2", "default": False, "channels": ()}), info(w)
    third = third.model_copy(update={"id": "c3"})
    return [
        (first, Health(first, Account(name=w.account))),
        (second, Health(second, None, "Recruspace does not accept the key.")),
        (third, None),
    ]


def page(w: Words, person: Person, **more: Any) -> Page:
    given: dict[str, Any] = {"connections": connections(w), "lines": lines(w), **more}
    return Page(person=person, vendors=VENDORS, now=NOW, **given)


def full(w: Words) -> Page:
    """More of everything than Home can show."""
    own = tuple(f"C{n}" for n in range(60))
    many = [(info(w, channels=own).model_copy(update={"id": f"c{n}"}), None) for n in range(60)]
    return page(w, ADMIN, connections=many, lines=lines(w) * 30)


def homes(w: Words) -> dict[str, Block]:
    guest = MEMBER.model_copy(update={"guest": True})
    return {
        "home_member": home_view(page(w, MEMBER)),
        "home_admin": home_view(page(w, ADMIN)),
        "home_new": home_view(page(w, MEMBER, connections=[], lines=[])),
        "home_new_admin": home_view(page(w, ADMIN, connections=[], lines=[])),
        "home_guest": home_view(page(w, guest)),
        "home_stranger": home_view(page(w, guest.model_copy(update={"stranger": True}))),
    }
