"""Forms while they are open: filled at once with what is known, then with what is learned, never over what was typed."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.client import PASSING, SlackAway, SlackRefused, meaning
from bot.slack.invocation import Invocation, Source
from bot.slack.people import People
from bot.work.lookups import Lookups
from commands import command
from commands.base import (
    Action,
    Block,
    Card,
    Command,
    ConnectionInfo,
    Interrupt,
    Invalid,
    Office,
    Opening,
    Person,
    Picks,
    Request,
    Run,
)
from commands.cards import flow, learned
from commands.cards.form import ACTION
from commands.cards.live import ATS, live, name_of
from commands.connection import settle
from commands.fields import read_place_field, read_tags_field
from commands.permission import refusal
from commands.person import AddRequest
from commands.reading import Reading
from commands.recognise import tidy_address
from connectors import CONNECTORS
from connectors.models import Candidate

log = structlog.get_logger()

MOST = 1_000
"""Forms whose progress is remembered; an older one still works, it only learns nothing more."""

PERSONAL = ("name", "email", "phone", "links")
"""The fields that differ from person to person."""


@dataclass
class Session:
    """One open form. `shown` is what each field began with, `touched` the fields that a person has changed."""

    command: Command
    request: Request
    opening: Opening
    client: AsyncWebClient
    team: str
    connections: Sequence[ConnectionInfo] = ()
    view_id: str = ""
    generations: dict[str, int] = field(default_factory=dict)
    touched: set[str] = field(default_factory=set)
    email: str = ""
    known: dict[str, Candidate] = field(default_factory=dict)
    """Who has this address, by connection id."""
    news: str = ""
    """A sentence about what is going on, such as a CV being read."""
    people: Sequence[AddRequest] = ()
    """The people of a message, where there are several."""
    who: str = "0"
    """Which of them, by number, or all."""
    problem: str | None = None
    """Why it comes back, where it does."""
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    def draw(self) -> Block:
        if self.command.form is None:
            raise LookupError("this command has no form")
        chosen = self.opening.connection
        opening = self.opening.model_copy(update={"anyway": chosen in self.known})
        view = self.command.form(self.request, opening, self.problem)
        if self.who == learned.ALL:
            view = view | {"blocks": [b for b in view["blocks"] if b.get("block_id") not in PERSONAL]}
        title = next((CONNECTORS[c.vendor] for c in self.connections if c.id == chosen), None)
        notes = [
            *learned.several(self.people, self.who),
            *learned.attached(self.opening.filename, title),
            *learned.news(self.news),
            *learned.duplicates(self.known, self.connections, opening),
        ]
        needs = self.command.needs_ats and not self.opening.candidate
        return live(
            view,
            notes=notes,
            connections=self.connections if needs else (),
            chosen=chosen,
            generations=self.generations,
            listening=self.command.verb == "add",
        )


def _one_of(
    invocation: Invocation, number: int, person: AddRequest, to: str | None, tags: Sequence[str], picks: Picks
) -> Invocation:
    """The job that adds one of several people, as if a button had run the command for them."""
    request = person.model_copy(update={"to": to, "tags": (*person.tags, *tags), "picks": picks})
    run = Run(command="/candidate", verb="add", text=request.as_typed(), picks=picks)
    update = {
        "id": f"{invocation.id}:{number}",
        "source": Source.BUTTON,
        "action": Action.RUN.value,
        "value": run.model_dump_json(),
        "values": {},
    }
    return invocation.model_copy(update=update)


class Forms:
    """Opens forms and keeps them company; `start` runs a task in the group that the process closes."""

    def __init__(
        self,
        people: People,
        office: Callable[[str], Office],
        lookups: Lookups,
        start: Callable[[Awaitable[None]], asyncio.Task[None]],
    ) -> None:
        self._people, self._office, self._lookups, self.start = people, office, lookups, start
        self._open: OrderedDict[str, Session] = OrderedDict()

    async def open(
        self,
        client: AsyncWebClient,
        invocation: Invocation,
        opening: Opening,
        request: Request,
        *,
        people: Sequence[AddRequest] = (),
        news: str = "",
        problem: str | None = None,
    ) -> Card | Session:
        """Open a form, or return the card that says why not: a trigger lives three seconds."""
        asked = command(opening.command, opening.verb)
        session = Session(asked, request, opening, client, invocation.team, people=people, news=news)
        session.problem = problem
        try:
            person = await self._people.person(client, invocation.team, invocation.user)
            if refused := refusal(person, asked):
                return refused
            await self._connect(session, person)
            show = client.views_push if invocation.view_id else client.views_open
            answer = await show(trigger_id=invocation.trigger_id, view=session.draw())
        except Interrupt as question:
            return question.card
        except (SlackApiError, *PASSING) as error:
            found = meaning(error)
            log.warning("form not opened", ref=invocation.reference, slack=getattr(found, "code", "away"))
            return flow.form_not_opened(opening)
        session.view_id = answer["view"]["id"]
        self._keep(session)
        return session

    async def changed(self, invocation: Invocation) -> bool:
        """A field of an open form reports what was typed or chosen; whether it was one of ours."""
        session = self._open.get(invocation.view_id or "")
        if session is None or session.team != invocation.team:
            return False
        block = name_of(invocation.block)
        if block == ATS:
            session.opening = session.opening.model_copy(update={"connection": invocation.value})
            self._renew(session, "who", "to")
            self.start(self._show(session))
        elif block == learned.PERSON:
            self._choose(session, invocation.value)
            self.start(self._learn(session))
        else:
            self._note_typed(session, invocation.values)
        return True

    def fill(self, session: Session, more: AddRequest, news: str = "") -> None:
        """Put what was learned into the fields that are empty and untouched."""
        old = session.request
        if isinstance(old, AddRequest):
            for name in ("name", "email", "phone", "links", "tags"):
                if getattr(more, name) and not getattr(old, name) and name not in session.touched:
                    session.request = session.request.model_copy(update={name: getattr(more, name)})
                    self._renew(session, name)
        session.news = news
        self.start(self._learn(session))

    def learn(self, session: Session) -> None:
        """Look the person up in every ATS of the workspace, and show what is found."""
        self.start(self._learn(session))

    def everybody(self, invocation: Invocation) -> list[Invocation]:
        """One job for each person of a message, if that is what was chosen; raises `Invalid`."""
        reading = Reading(invocation.values)
        if reading.text(learned.PERSON) != learned.ALL:
            return []
        session = self._open.get(invocation.view_id or "")
        if session is None or session.team != invocation.team:
            raise Invalid({learned.PERSON: "This form has been open for too long. Please open it once more."})
        to, picks = read_place_field(reading, session.opening, optional=True)
        tags = read_tags_field(reading, optional=True)
        reading.finish()
        return [_one_of(invocation, n, each, to, tags, picks) for n, each in enumerate(session.people)]

    def forget(self, team: str) -> None:
        """A workspace has left: its open forms are nobody's any more."""
        for id in [id for id, session in self._open.items() if session.team == team]:
            del self._open[id]

    async def _connect(self, session: Session, person: Person) -> None:
        """Say which ATS the form is for, as the command would; a fixed candidate has settled it."""
        if not session.command.needs_ats:
            return
        session.connections = await self._office(session.team).connections()
        if session.opening.connection is None:
            request, connection = settle(
                session.request, session.connections, session.opening.channel, person
            )
            session.request = request
            session.opening = session.opening.model_copy(update={"connection": connection.id})
        chosen = next((c for c in session.connections if c.id == session.opening.connection), None)
        if chosen:
            self.start(self._warm(session.team, chosen))

    async def _warm(self, team: str, connection: ConnectionInfo) -> None:
        await self._lookups.places(team, connection, "")

    def _keep(self, session: Session) -> None:
        self._open[session.view_id] = session
        if len(self._open) > MOST:
            self._open.popitem(last=False)

    def _renew(self, session: Session, *names: str) -> None:
        for name in names:
            session.generations[name] = session.generations.get(name, 0) + 1

    def _choose(self, session: Session, who: str) -> None:
        """Another person of the message: all fields begin anew, since they are about somebody else."""
        session.who = who
        if who.isdigit() and int(who) < len(session.people):
            session.request = session.people[int(who)]
        session.touched.clear()
        session.known = {}
        self._renew(session, *PERSONAL)

    def _note_typed(self, session: Session, values: Mapping[str, Mapping[str, Any]]) -> None:
        for block, state in values.items():
            name, typed = name_of(block), state.get(ACTION, {}).get("value") or ""
            before = getattr(session.request, name, None)
            if (
                isinstance(before, str | None)
                and name in ("name", "email", "phone")
                and typed != (before or "")
            ):
                session.touched.add(name)
        email = next(
            (s.get(ACTION, {}).get("value") for b, s in values.items() if name_of(b) == "email"), None
        )
        address = tidy_address(email or "")
        if address and address != session.email and "email" in session.touched:
            self.start(self._learn(session, address))

    async def _learn(self, session: Session, typed: str = "") -> None:
        email = typed or (session.request.email if isinstance(session.request, AddRequest) else None) or ""
        session.email = email
        if email:
            found = await asyncio.gather(
                *(self._lookups.known(session.team, each, email) for each in session.connections)
            )
            pairs = zip(session.connections, found, strict=True)
            session.known = {each.id: candidate for each, candidate in pairs if candidate}
        await self._show(session)

    async def _show(self, session: Session) -> None:
        """Draw the form anew. A form that was closed meanwhile is nobody's loss."""
        async with session.lock:
            try:
                await session.client.views_update(view_id=session.view_id, view=session.draw())
            except (SlackApiError, *PASSING) as error:
                found: SlackAway | SlackRefused = meaning(error)
                log.info("form not updated", team=session.team, slack=getattr(found, "code", "away"))
