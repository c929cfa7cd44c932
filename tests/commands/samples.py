"""One of every card and form, made of given words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from commands.base import Card, ConnectionInfo, Continue, Opening, Picks, Run
from commands.cards import candidate, choice, connection, flow, receipt, shared, trouble, undone
from commands.cards import help as helping
from commands.cards.connection import Health
from commands.cards.source import Source
from commands.catalogue import COMMANDS, command
from commands.connect import ConnectRequest
from commands.connection import VENDORS
from commands.move import MoveRequest
from commands.note import NoteRequest
from commands.ports.rooms import Level, Room
from commands.ports.watching import Problem, WatchState
from commands.subscribe import SubscribeRequest
from commands.tag import TagRequest
from commands.text.person import AddRequest
from connectors.base import Capability
from connectors.errors import (
    Ambiguous,
    BadCredentials,
    Conflict,
    ConnectorError,
    MissingPermission,
    NotFound,
    RateLimited,
    Refused,
    Unavailable,
    UnexpectedResponse,
    Unsupported,
)
from connectors.models import Account, Candidate, Destination, Kind, Placement
from tests.commands.allowing import allowing, allowing_views
from tests.commands.announcing import announcing, subscription

from .auditing import auditing
from .erasing import erasing
from .imports import import_views, importing

WHEN = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
LATER = datetime(2026, 11, 21, 21, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Words:
    """Everything in a card that comes from a person or an ATS."""

    name: str = "Jane Doe"
    email: str = "jane@example.com"
    phone: str = "+33612345678"
    link: str = "https://www.linkedin.com/in/jane"
    pool: str = "Backend talent"
    job: str = "Backend Engineer"
    stage: str = "Interview"
    tag: str = "python"
    note: str = "Strong on Go, wants remote"
    author: str = "Mia Member"
    account: str = "a company with 4 users"
    connection: str = "Recruspace EU"
    title: str = "Recruspace"
    message: str = "needs a talent pool or a job to put somebody in"
    id: str = "101"

    @classmethod
    def all_of(cls, text: str) -> Words:
        """The same text everywhere; an id is not long, and a vendor's title is ours."""
        every = dict.fromkeys(cls.__dataclass_fields__, text)
        return cls(**{**every, "id": text[:100], "title": cls.title})


def source(w: Words) -> Source:
    return Source("c1", w.connection, w.title, "https://ats.example.com", frozenset(Capability))


def person(w: Words) -> Candidate:
    return Candidate(
        id=w.id,
        name=w.name,
        email=w.email,
        phone=w.phone,
        placements=(placed(w),),
        tags=(w.tag, "senior"),
        links=(w.link, f"https://github.com/{w.name}"),
        last_activity=WHEN,
        url=f"https://ats.example.com/people/{w.id}",
    )


def placed(w: Words) -> Placement:
    return Placement(kind=Kind.JOB, destination_id=w.id, title=w.job, stage=w.stage, stage_id="3")


def on_several_jobs(w: Words) -> Candidate:
    other = Placement(kind=Kind.JOB, destination_id="j2", title=w.job)
    return person(w).model_copy(update={"placements": (placed(w), other) * 4, "url": None})


def places(w: Words) -> list[Destination]:
    return [
        Destination(id=w.id, kind=Kind.POOL, title=w.pool),
        Destination(id=w.id, kind=Kind.JOB, title=w.job),
        Destination(id="3", kind=Kind.STAGE, title=w.stage, job_id=w.id, job_title=w.job),
    ]


def info(w: Words, **more: Any) -> ConnectionInfo:
    return ConnectionInfo(id="c1", name=w.connection, vendor="recruspace", title=w.title, **more)


def errors(w: Words) -> list[ConnectorError]:
    kinds = (
        Ambiguous, BadCredentials, Conflict, MissingPermission, NotFound, RateLimited, Refused, Unavailable,
        UnexpectedResponse, Unsupported,
    )  # fmt: skip
    return [kind(w.title, w.message) for kind in kinds]


def cards(w: Words) -> dict[str, Card]:
    results = {
        **allowing(w),
        **announcing(w),
        **auditing(w),
        **importing(w),
        **erasing(w),
        **_results(w),
        **_sharing(w),
        **_choices(w),
    }
    return {**results, **_connections(w), **_flow(w), **_troubles(w), **_help()}


def _results(w: Words) -> dict[str, Card]:
    jane, ats, (pool, _, stage) = person(w), source(w), places(w)
    return {
        "candidate": candidate.candidate_card(jane, ats),
        "candidate_bare": candidate.candidate_card(Candidate(id=w.id, name=w.name), ats),
        "candidate_on_several_jobs": candidate.candidate_card(on_several_jobs(w), ats),
        "added": receipt.added(jane, ats, w.author, to=pool, done=["Phone and links went into a note."]),
        "added_in_part": receipt.added(jane, ats, w.author, undone=["Tags python: refused."], pending=True),
        "noted": receipt.noted(jane, ats, w.author, w.note),
        "tagged": receipt.tagged(jane, ats, w.author, [w.tag, "senior"]),
        "moved": receipt.moved(jane, ats, w.author, stage, second=False),
        "tagged_with_undo": receipt.tagged(jane, ats, w.author, [w.tag], _undo(w)),
        "tagged_for_good": receipt.tagged(jane, ats, w.author, [w.tag], receipt.NOT_BY_API),
        "moved_with_undo": receipt.moved(jane, ats, w.author, stage, second=False, back=_undo(w)),
        "untagged": undone.untagged(jane, ats, w.author, [w.tag, "senior"]),
        "moved_back": undone.moved_back(jane, ats, w.author, placed(w)),
        "tags_gone": undone.tags_gone(jane, ats, [w.tag]),
        "moved_on": undone.moved_on(jane, ats, placed(w)),
        "undo_too_late": undone.too_late(jane, ats),
        "undo_not_yours": undone.not_yours(),
        "moved_second_record": receipt.moved(jane, ats, w.author, pool, second=True),
    }


def _undo(w: Words) -> receipt.WayBack:
    return receipt.WayBack(_run(w), WHEN)


def _run(w: Words) -> Run:
    return Run(command="/candidate", verb="share", picks=Picks(connection="c1", candidate=w.id))


def _sharing(w: Words) -> dict[str, Card]:
    posts = {level.name.lower(): shared.shared(person(w), source(w), w.author, level) for level in Level}
    room = Room(id="C1", shared=False, private=False, direct=False, member=True)
    return {
        **{f"shared_{name}": card for name, card in posts.items()},
        "share_preview": shared.preview(posts["public"], room, _run(w), changed=False),
        "share_preview_again": shared.preview(posts["public"], room, _run(w), changed=True),
        "share_posted": shared.posted("C1"),
        "share_not_in_there": shared.not_in_there(),
        "share_refused": shared.refused("is_archived"),
        "share_unclear": shared.unclear("C1", _run(w)),
    }


def _choices(w: Words) -> dict[str, Card]:
    jane, ats, go_on = person(w), source(w), Continue(of="T1:123.456", picks=Picks())
    row = choice.pool_row(w.pool, go_on, new=True)
    return {
        "choose_person": choice.people([jane, on_several_jobs(w)], ats, w.name, go_on),
        "choose_person_of_many": choice.people([jane] * 10, ats, w.name, go_on, label="Show"),
        "choose_place": choice.places(places(w), ats, w.pool, go_on, several=True),
        "choose_near_place": choice.places(places(w), ats, w.pool, go_on, several=False, pool=row),
        "choose_any_place": choice.places(places(w), ats, "", go_on, several=False),
        "no_place": choice.places([], ats, w.pool, go_on, several=False),
        "choose_job": choice.jobs(on_several_jobs(w), ats, go_on),
    }


def _connections(w: Words) -> dict[str, Card]:
    mine, account = info(w, default=True, channels=("C1",)), Account(name=w.account)
    sick = Health(info(w), None, "Recruspace does not accept the key.")
    then, paused = WHEN.timestamp(), WatchState(worked=WHEN.timestamp(), problem=Problem.REFUSED, paused=True)
    watches = [WatchState(worked=then), WatchState(next_at=then, problem=Problem.AWAY), paused]
    return {
        "vendors": connection.vendors_card(VENDORS),
        "connected": connection.connected_card(mine, account),
        "connected_second": connection.connected_card(info(w), account),
        "status": connection.status_card([Health(mine, account), sick]),
        "status_watched": connection.status_card([Health(mine, account, watch=watch) for watch in watches]),
        "watch_paused": trouble.watch_paused(mine),
        "disconnected": connection.disconnected_card(mine),
        "default": connection.default_card(mine, None),
        "default_of_channel": connection.default_card(mine, "C1"),
        "default_of_no_channel": connection.no_default_card("C1"),
    }


def _flow(w: Words) -> dict[str, Card]:
    jane, ats, (pool, *_) = person(w), source(w), places(w)
    opening = Opening(command="/candidate", verb="add", connection="c1", text=w.note)
    return {
        "usage": flow.usage(f"“{w.email}” is not an email address.", command("/candidate", "add")),
        "usage_bare": flow.usage(w.note),
        "nobody": flow.nobody(w.name, ats, w.name),
        "nobody_but_kept": flow.nobody(w.name, ats, w.name, Continue(of="T1:123.456")),
        "gone": flow.gone("candidate", ats),
        "gone_but_kept": flow.gone("candidate", ats, Continue(of="T1:123.456")),
        "missing": flow.missing(["a last name", "an email address"], ats, opening),
        "already": flow.already(jane, ats),
        "already_but_elsewhere": flow.already(jane, ats, Continue(of="T1:123.456")),
        "already_there": flow.already_there(jane, pool, ats),
        "no_connection": flow.no_connection(VENDORS, admin=False),
        "no_connection_admin": flow.no_connection(VENDORS, admin=True),
        "no_default": flow.no_default([info(w), info(w)]),
        "unknown_connection": flow.unknown_connection(w.connection, [info(w)]),
        "not_allowed": flow.not_allowed("Guests cannot use the ATS."),
        "not_here": flow.not_here("There is no channel here: name one with #."),
        "expired_choice": flow.expired_choice(),
        "unknown_entry": flow.unknown_entry(),
        "not_yours": flow.not_yours(),
        "form_not_opened": flow.form_not_opened(opening),
        "form_not_opened_yet": flow.form_not_opened(opening, wait=6.2),
        "form_refused": flow.form_refused(opening, reference="r-7f3a"),
        "form_not_opened_again": flow.form_not_opened(opening.model_copy(update={"again": "T1:123.456"})),
    }


def _troubles(w: Words) -> dict[str, Card]:
    known: dict[str, Any] = {"title": w.title, "reference": "r-7f3a", "verb": "/candidate note"}
    again = Continue(of="T1:123.456")
    failed = {f"error_{type(e).__name__}": flow.for_error(e, **known, connection=info(w)) for e in errors(w)}
    return {
        **failed,
        "error_uncertain": flow.for_error(Unavailable(w.title, w.message, uncertain=True), **known),
        "waiting": flow.waiting(**known, next_try=WHEN, until=LATER),
        "slow": flow.slow(w.title),
        "locked": flow.locked(reference="r-7f3a", verb="/candidate note"),
        "error_to_edit": flow.for_error(Refused(w.title, w.message), **known, edit=again),
        "gave_up": flow.gave_up(**known),
        "gave_up_but_kept": flow.gave_up(**known, again=again),
        "broke": flow.broke(reference="r-7f3a", verb="/candidate note"),
        "uncertain": flow.uncertain(**known, link="https://ats.example.com", again=again),
    }


def _help() -> dict[str, Card]:
    shown = {name: [c for c in COMMANDS if c.name == name] for name in ("/candidate", "/ats")}
    return {
        "help_candidate": helping.help_card("/candidate", shown["/candidate"]),
        "help_ats": helping.help_card("/ats", shown["/ats"], "“x” is not one of them."),
        "help_verb": helping.verb_card(command("/candidate", "note")),
        "menu": helping.menu_card(shown["/candidate"]),
    }


def views(w: Words) -> dict[str, dict[str, Any]]:
    add = AddRequest(name=w.name, email=w.email, phone=w.phone, links=(w.link,), tags=(w.tag,), to=w.pool)
    requests = {
        "add": add,
        "note": NoteRequest(who=w.email, text=w.note),
        "tag": TagRequest(who=w.email, tags=(w.tag,)),
        "move": MoveRequest(who=w.email, to=w.pool),
    }
    fixed = {"candidate": w.id, "name": w.name, "connection": "c1"}
    drawn = {}
    for verb, request in requests.items():
        form = command("/candidate", verb).form
        assert form
        drawn[f"form_{verb}"] = form(request, Opening(command="/candidate", verb=verb), w.message)
        drawn[f"form_{verb}_fixed"] = form(
            type(request)(), Opening(command="/candidate", verb=verb, **fixed), None
        )
    connect = command("/ats", "connect").form
    assert connect
    opening = Opening(command="/ats", verb="connect", channel="C1")
    asked = ConnectRequest(vendor="recruspace", name=w.connection)
    drawn["form_connect"] = connect(asked, opening, w.message)
    subscribe = command("/ats", "subscribe").form
    assert subscribe
    following = SubscribeRequest(channel="C1", filters=subscription(w).filters, weekly=True)
    about = Opening(command="/ats", verb="subscribe", channel="C1")
    drawn["form_subscribe"] = subscribe(following, about, w.message)
    drawn |= import_views(w)
    drawn |= allowing_views(w)
    drawn["form_connected"] = connection.connected_view(info(w), Account(name=w.account))
    return drawn
