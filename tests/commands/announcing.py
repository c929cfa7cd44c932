"""One of every card about announcements, made of given words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from commands.base import Card, ConnectionInfo, Run
from commands.cards import announcement, weekly
from commands.cards import subscription as cards
from commands.cards.source import Source
from commands.ports.rooms import Level, Room
from commands.ports.subscription import ALL, Filters, Subscription
from connectors.base import Capability
from connectors.models import Candidate, Change, ChangeKind, Destination, JobChange, Kind, Placement

if TYPE_CHECKING:
    from .samples import Words

AT = 1_795_253_400.0
COUNTS = {ChangeKind.ADDED: 12, ChangeKind.MOVED: 1, ChangeKind.HIRED: 2}


def announcing(w: Words) -> dict[str, Card]:
    return {**_told(w), **_subscriptions(w)}


def subscription(w: Words) -> Subscription:
    filters = Filters(pools=(w.pool,), jobs=(w.job,), stages=(w.stage,), tags=(w.tag,))
    return Subscription(channel="C1", connection="c1", kinds=ALL, filters=filters, weekly=True, by="U2")


def _told(w: Words) -> dict[str, Card]:
    source = Source("c1", w.connection, w.title, "https://ats.example.com", frozenset(Capability))
    changed = announcement.News(Change(kind=ChangeKind.MOVED, candidate=_person(w)), source, AT, w.author)
    job = Destination(id=w.id, kind=Kind.JOB, title=w.job)
    closed = announcement.News(JobChange(kind=ChangeKind.JOB_CLOSED, destination=job), source, AT)
    counts = {f"kind:{kind}": n for kind, n in COUNTS.items()}
    places = {f"pool:{w.pool}": 4, f"job:{w.job}": 9, f"stage:{w.stage}": 3}
    week = weekly.WeekOf(AT, w.connection, "c1", {**counts, **places}, [3, 5, 2, 8, 13, 7, 21, 12])
    found = {}
    for level in (Level.SHARED, Level.PUBLIC, Level.PRIVATE):
        name = level.name.lower()
        found[f"announced_{name}"] = announcement.announced(changed, level)
        found[f"announced_line_{name}"] = announcement.told(changed, level)
        found[f"announced_name_{name}"] = announcement.told(changed, level, named=True)
        found[f"announced_digest_{name}"] = announcement.rolled_up(COUNTS, 1, level, "c1", 10)
        found[f"announced_week_{name}"] = weekly.weekly_card(week, level, "F1")
    return {
        **found,
        "announced_job": announcement.announced(closed, Level.PUBLIC),
        "announced_job_line": announcement.told(closed, Level.SHARED, named=True),
        "announced_doubt": announcement.rolled_up({}, 2, Level.PUBLIC, "c1", 10),
        "announced_taken_back": announcement.taken_back(),
        "announced_line_taken_back": announcement.taken_back_line(),
    }


def _subscriptions(w: Words) -> dict[str, Card]:
    mine = subscription(w)
    at = ConnectionInfo(id="c1", name=w.connection, vendor="recruspace", title=w.title)
    room = Room(id="C1", shared=False, private=True, direct=False, member=True)
    paused = mine.model_copy(update={"paused": "is_archived", "filters": Filters()})
    return {
        "subscribed": cards.subscribed(mine, at, room, instead=True),
        "unsubscribed": cards.unsubscribed("C1", [w.connection]),
        "unsubscribed_from_nothing": cards.unsubscribed("C1", []),
        "subscribe_not_in_there": cards.not_in_there("C1", Run(command="/ats", verb="subscribe")),
        "subscribe_refused": cards.refused("is_archived"),
        "subscription_paused": cards.cannot_post(mine, "not_in_channel"),
        "subscriptions": cards.all_of_them([(mine, at), (paused, None)]),
        "why": cards.explained(mine, at, ChangeKind.MOVED, admin=True),
        "why_hidden": cards.explained(mine, at, None, admin=True),
        "why_member": cards.explained(mine, at, ChangeKind.MOVED, admin=False),
        "why_no_more": cards.not_any_more("C1"),
        "muted": cards.muted(mine, ChangeKind.MOVED),
    }


def _person(w: Words) -> Candidate:
    placed = Placement(kind=Kind.JOB, destination_id=w.id, title=w.job, stage=w.stage, stage_id="3")
    return Candidate(
        id=w.id,
        name=w.name,
        email=w.email,
        phone=w.phone,
        placements=(placed,),
        tags=(w.tag,),
        links=(w.link,),
    )
