"""Forms while they are open: filled at once with what is known, then with what is learned, never over what was typed."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.client import PASSING, SlackAway, SlackRefused, meaning
from bot.slack.invocation import Invocation, Source
from bot.slack.people import People
from bot.slack.session import PERSONAL, Session
from bot.slack.understand import opening_of
from bot.slack.unopened import unopened
from bot.work.background import Start
from bot.work.cluster.sharing import Sharing
from bot.work.lookups import Lookups
from commands.base import (
    Action,
    Card,
    ConnectionInfo,
    ConnectionRegistry,
    Context,
    Interrupt,
    Invalid,
    Opening,
    Person,
    Picks,
    Request,
    Run,
)
from commands.cards import learned
from commands.cards.authorship import SIGNED
from commands.cards.form import ACTION
from commands.cards.live import ATS, name_of
from commands.catalogue import command
from commands.connection import settle
from commands.fields import read_place_field, read_tags_field
from commands.permission import refusal
from commands.text.person import AddRequest
from commands.text.reading import Reading
from commands.text.recognise import tidy_address

log = structlog.get_logger()

MOST = 1_000
"""Forms whose progress is remembered; an older one still works, it only learns nothing more."""


TYPED = ("name", "email", "phone")
"""The fields that report what is typed."""


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


def _slim(invocation: Invocation) -> Invocation:
    """What a form has to know of an event, and no more: it is told to all other processes."""
    values = {name: state for name, state in invocation.values.items() if name_of(name) in TYPED}
    known = ("id", "source", "team", "user", "user_team", "received", "block", "value", "view_id")
    return Invocation(values=values, **invocation.model_dump(include=set(known)))


class Forms:
    """Opens forms and keeps them company; `start` runs a task in the group that the process closes."""

    def __init__(
        self,
        people: People,
        registry: Callable[[str], ConnectionRegistry],
        lookups: Lookups,
        start: Start,
        sharing: Sharing,
    ) -> None:
        self._people, self._office, self._lookups, self.start = people, registry, lookups, start
        self._sharing = sharing
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
        team, user = invocation.team, invocation.user
        session = Session(asked, request, opening, client, team, user, people=people, news=news)
        session.problem = problem
        try:
            person = await self._people.person(client, team, user)
            if refused := refusal(person, asked):
                return refused
            session.author, session.address = person.name, person.email or ""
            await self._begin(session, invocation, person)
            await self._connect(session, person)
            show = client.views_push if invocation.view_id else client.views_open
            answer = await show(trigger_id=invocation.trigger_id, view=session.draw())
        except Interrupt as question:
            return question.card
        except (SlackApiError, *PASSING) as error:
            return unopened(error, invocation, opening)
        session.view_id = answer["view"]["id"]
        self._keep(session)
        self.start(self._sign(session))
        return session

    async def changed(self, invocation: Invocation) -> bool:
        """A field of an open form reports what was typed or chosen; whether it was one of ours."""
        return self.noted(invocation) or self._sharing.typed(_slim(invocation))

    def noted(self, invocation: Invocation) -> bool:
        """The same for a form that this process has opened."""
        session = self._mine(invocation.team, invocation.view_id or "")
        if session is None:
            return False
        block = name_of(invocation.block)
        if block == ATS:
            session.opening = session.opening.model_copy(update={"connection": invocation.value})
            self._renew(session, "who", "to")
            session.account, session.is_user = "", None
            self.start(self._show(session))
            self.start(self._sign(session))
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

    async def everybody(self, invocation: Invocation) -> list[Invocation]:
        """One job for each person of a message, if that is what was chosen; raises `Invalid`."""
        reading = Reading(invocation.values)
        if reading.text(learned.PERSON) != learned.ALL:
            return []
        view = invocation.view_id or ""
        people = self.people_of(invocation.team, view) or await self._sharing.people(invocation.team, view)
        if not people:
            raise Invalid({learned.PERSON: "This form has been open for too long. Please open it once more."})
        to, picks = read_place_field(reading, opening_of(invocation.opening), optional=True)
        tags = read_tags_field(reading, optional=True)
        reading.finish()
        return [_one_of(invocation, n, each, to, tags, picks) for n, each in enumerate(people)]

    def people_of(self, team: str, view: str) -> Sequence[AddRequest] | None:
        """The people of a form that this process has opened."""
        session = self._mine(team, view)
        return session.people if session else None

    def _mine(self, team: str, view: str) -> Session | None:
        session = self._open.get(view)
        return session if session and session.team == team else None

    def forget(self, team: str) -> None:
        """A workspace has left: its open forms are nobody's any more."""
        for id in [id for id, session in self._open.items() if session.team == team]:
            del self._open[id]

    async def _begin(self, session: Session, invocation: Invocation, person: Person) -> None:
        """Fill the form with what is kept, for a command that changes such things."""
        if begin := session.command.begin:
            team, rules = session.team, self._people.rules(session.client, session.team)
            context = Context(invocation.id, person, session.opening.channel, self._office(team), rules=rules)
            session.request = await begin(context, session.request)

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
        if session.chosen:
            self.start(self._warm(session.team, session.chosen))

    async def _warm(self, team: str, connection: ConnectionInfo) -> None:
        await self._lookups.places(team, connection, "")

    async def _sign(self, session: Session) -> None:
        """Say in the form as whom the ATS will show it, once the ATS has said so; until then it says less."""
        ats, verb = session.chosen, session.command.verb
        if ats is None or verb not in SIGNED:
            return
        account, is_user = await self._lookups.shown_as(session.team, ats, verb, session.address)
        if session.chosen == ats and (account, is_user) != (session.account, session.is_user):
            session.account, session.is_user = account, is_user
            await self._show(session)

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
        if email and await self._may_still(session):
            found = await asyncio.gather(
                *(self._lookups.known(session.team, each, email) for each in session.connections)
            )
            pairs = zip(session.connections, found, strict=True)
            session.known = {each.id: candidate for each, candidate in pairs if candidate}
        await self._show(session)

    async def _may_still(self, session: Session) -> bool:
        """The rules may have changed since the form was opened; when Slack does not answer, nothing is looked up."""
        try:
            person = await self._people.person(session.client, session.team, session.user)
        except (SlackApiError, *PASSING) as error:
            log.info("form learns nothing", team=session.team, slack=getattr(meaning(error), "code", "away"))
            return False
        return refusal(person, session.command) is None

    async def _show(self, session: Session) -> None:
        """Draw the form anew. A form that was closed meanwhile is nobody's loss."""
        async with session.lock:
            try:
                await session.client.views_update(view_id=session.view_id, view=session.draw())
            except (SlackApiError, *PASSING) as error:
                found: SlackAway | SlackRefused = meaning(error)
                log.info("form not updated", team=session.team, slack=getattr(found, "code", "away"))
