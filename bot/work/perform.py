"""Runs one job from start to answer; keeps trying while the ATS is away."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.operate.log import frames
from bot.operate.metrics import ENDED
from bot.slack.client import SlackRefused
from bot.slack.invocation import Invocation, Malformed
from bot.slack.understand import Understood, corrects, opening_of
from bot.store.audit import Happened
from bot.store.vault import CannotOpen
from bot.work.channels.announcement import ANNOUNCE, Announcement
from bot.work.command.answer import DONE, LEFT, Answer, answer_of, for_form
from bot.work.command.journal import Journal, Undecided
from bot.work.command.line import Line, pause_of
from bot.work.command.prepare import Kept, Tools, place, prepare, understand
from bot.work.command.tell import Teller
from bot.work.engine.steps import Steps
from commands.base import Card, Context, Continue, Interrupt, Invalid, Picks, Reply, Usage
from commands.cards import flow, trouble
from commands.ports.auditing import SHORTLIST
from commands.ports.deed import GAVE_UP, Deed, State, can_edit
from connectors.errors import ConnectorError, StillProcessing, Unavailable, UnexpectedResponse

log = structlog.get_logger()

PAUSES = (2.0, 5.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1800.0, 3600.0, 3600.0, 3600.0)
"""Seconds between attempts while an ATS is away: four hours in all."""
AFTER_DOUBT = 5.0
"""Seconds to wait before looking whether a write arrived: it may still be on its way."""
DOUBTS = 3
"""Attempts when an ATS answers writes with something that is no answer."""

MAYBE = "This was being sent when the connection broke off: it may be there or not, so check first."
UNREAD = "unread"
"""In place of a verb, for what could not be read."""
STRANGER = "Slack does not tell me who you are, so I did nothing."
EXPECTED = (Usage, Invalid, Malformed, CannotOpen, SlackRefused)
"""Errors that are nobody's bug."""


class Job:
    """One invocation. Whatever decides its course is a step, so that another process can take it up."""

    def __init__(self, tools: Tools, kept: Kept, invocation: Invocation, steps: Steps) -> None:
        self._tools, self._kept, self._invocation, self._steps = tools, kept, invocation, steps
        self._journal = Journal(steps)
        self._first = invocation
        self._meant: Understood | None = None
        self._desk: Context | None = None
        self._line = Line(tools.lines, invocation, steps, tools.now)
        self._teller = Teller(tools.deliver, invocation, steps)
        self._log = log.bind(ref=invocation.reference, team=invocation.team, user=invocation.user)

    async def run(self) -> str:
        """Return the outcome in a word."""
        answer = for_form(await self._answer(), self._meant.command if self._meant else None)
        await self._line.leaves()
        happened = self._happened(answer)
        written = await self._tools.ledger.write(happened)
        if answer and self._meant:
            # Before the person has the answer: whoever uses its buttons at once finds the account of it.
            deed = self._deed(answer.state, outcome=answer.outcome, reason=answer.reason)
            await self._tools.progress.ends(self._invocation, self._meant.command, deed)
        way = await self._teller.answers(self._client, answer.reply) if answer else None
        await self._announce(answer)
        if answer is None or way is None:
            await self._tools.progress.left(self._invocation, self._first.id)
            self._log.warning("job dropped", reason="the workspace has left")
        else:
            self._tell_log(answer.outcome, way)
        if not written:
            await self._tools.ledger.insist(happened, self._steps.sleep)
        return answer.outcome if answer and way else LEFT

    def _tell_log(self, outcome: str, way: str) -> None:
        verb = self._meant.command.verb if self._meant else None
        took = round((self._tools.now() - self._invocation.received) * 1000)
        ENDED.labels(verb or "none", outcome).inc()
        self._log.info("job done", verb=verb, outcome=outcome, answered=way, ms=took)

    def _happened(self, answer: Answer | None) -> Happened:
        """What the audit says of this job; of a workspace that has left no longer who it was."""
        command = self._meant.command if self._meant else None
        context, about = self._desk, answer.reply.about if answer else None
        connection = (context.connection if context else None) or about
        return Happened(
            id=self._invocation.id,
            team=self._invocation.team,
            actor=self._invocation.user if answer else SHORTLIST,
            verb=f"{command.name} {command.verb}" if command else UNREAD,
            outcome=answer.outcome if answer else LEFT,
            at=self._tools.now(),
            connection=connection.id if connection else "",
            vendor=connection.vendor if connection else "",
            candidate=self._journal.about,
        )

    async def _announce(self, answer: Answer | None) -> None:
        """Tell the channels that hear of this ATS what was written; the watch will see it, too, and say nothing new."""
        changed = answer.reply.changed if answer else None
        connection, team = self._desk.connection if self._desk else None, self._invocation.team
        if changed is None or connection is None or self._desk is None:
            return
        if not await self._tools.subscriptions.of_connection(team, connection.id):
            return
        reference = f"{self._invocation.id}:{ANNOUNCE}"
        said = Announcement(
            team=team,
            connection=connection,
            change=changed,
            reference=reference,
            actor=self._desk.person.name,
            at=self._tools.now(),
        )
        await self._kept.put_work(ANNOUNCE, reference, said.model_dump_json())

    async def _client(self) -> AsyncWebClient | None:
        """Asked for anew after each wait: a job outlives tokens, and sometimes its workspace."""
        return await self._tools.client(self._invocation.team)

    async def _answer(self) -> Answer | None:
        """None when the workspace has left."""
        doubts = 0
        for pause in PAUSES:
            if (client := await self._client()) is None:
                return None
            try:
                return await self._attempt(client)
            except ConnectorError as error:
                doubts += isinstance(error, UnexpectedResponse)
                if doubts >= DOUBTS:
                    return self._failed(error)
                wait = max(pause, AFTER_DOUBT) if error.uncertain else pause_of(error, pause)
                self._log.warning(
                    "will try again", error=type(error).__name__, said=error.message, seconds=wait
                )
                await self._say_when(client, error, wait)
                await self._steps.sleep(wait)
        return self._gave_up()

    async def _attempt(self, client: AsyncWebClient) -> Answer:
        """Raise only what is worth another attempt; everything else is an answer."""
        try:
            async with self._teller.patience(client, lambda: self._title):
                return await self._command(client)
        except Interrupt as question:
            return Answer(Reply(question.card), question.outcome)
        except Undecided as error:
            return self._failed(error)
        except ConnectorError as error:
            if isinstance(error, Unavailable) or (error.uncertain and isinstance(error, UnexpectedResponse)):
                raise
            return self._failed(error)
        except Exception as error:  # noqa: BLE001 a bug of ours must still be answered
            return self._failed(error)

    async def _command(self, client: AsyncWebClient) -> Answer:
        meant, self._first = await understand(self._kept, self._invocation, self._steps)
        self._teller.begun_in(place(self._invocation, self._first))
        if self._meant is None:
            self._meant = meant
            await self._tools.progress.begins(
                self._invocation, meant.command, self._deed(State.WAITING), corrects(self._invocation)
            )
            await self._line.begins(meant)
        prepared = await prepare(self._tools, client, self._invocation, self._journal, meant, self._first)
        self._desk = prepared.context
        if meant.command.needs_ats:
            await self._line.turn(prepared.context.source)
            return Answer(await meant.command.run(prepared.context, prepared.request), DONE)
        return await self._in_one_step(prepared.context, meant)

    async def _in_one_step(self, context: Context, meant: Understood) -> Answer:
        """A command about connections changes only our own tables: all of it is remembered, or none."""

        async def run() -> str:
            try:
                answer = Answer(await meant.command.run(context, meant.request), DONE)
            except Interrupt as question:
                answer = Answer(Reply(question.card), question.outcome)
            except (ConnectorError, Invalid) as error:
                failed = self._failed(error)
                answer = replace(failed, reply=self._refill(meant, error, failed.reply))
            return answer.as_text()

        return answer_of(await self._steps.once("run", run))

    def _refill(self, meant: Understood, error: Exception, reply: Reply) -> Reply:
        """Give the form back as it was filled in, with what went wrong on top."""
        if not (meant.command.holds_form and meant.command.form):
            return reply
        opening = opening_of(self._invocation.opening)
        problem = flow.sentence(error) if isinstance(error, ConnectorError) else reply.card.text
        return replace(reply, view=meant.command.form(meant.request, opening, problem))

    def _failed(self, error: Exception) -> Answer:
        """The card for an error, and a log line under the same reference: never what the error is about."""
        if isinstance(error, ConnectorError) and self._journal.in_doubt:
            error = Undecided(error.vendor, error.message)
        ours = isinstance(error, UnexpectedResponse) or not isinstance(error, (ConnectorError, *EXPECTED))
        said = error.message if isinstance(error, ConnectorError) else None
        where = frames(error) if ours else None
        self._log.log(40 if ours else 20, "job failed", error=type(error).__name__, said=said, where=where)
        card = self._card(error)
        reason = flow.sentence(error) if isinstance(error, ConnectorError) else card.text
        return Answer(Reply(card), type(error).__name__, MAYBE if isinstance(error, Undecided) else reason)

    def _gave_up(self) -> Answer:
        if self._journal.in_doubt:
            return self._failed(Undecided(self._title, "stayed away before it could be asked"))
        reference, again = self._invocation.reference, self._going_on
        card = trouble.gave_up(title=self._title, verb=self._verb, reference=reference, again=again)
        return Answer(Reply(card), GAVE_UP, f"{self._title} stayed away, so this was not sent.")

    def _deed(
        self, state: State, *, outcome: str = "", reason: str = "", next_try: float | None = None
    ) -> Deed:
        """The account of this job as it stands."""
        command = self._meant.command if self._meant else None
        return Deed(
            job=self._first.id,
            command=command.name if command else "",
            verb=self._verb,
            state=state,
            reference=self._invocation.reference,
            created=self._first.received,
            updated=self._tools.now(),
            outcome=outcome,
            reason=reason,
            next_try=next_try,
            picks=self._going_on.picks,
        )

    @property
    def _going_on(self) -> Continue:
        """What a button goes on with: this command, with all that was picked so far."""
        meant = self._meant.picks if self._meant else Picks()
        return Continue(of=self._first.id, picks=self._desk.picks if self._desk else meant)

    def _card(self, error: Exception) -> Card:
        reference = self._invocation.reference
        if isinstance(error, Undecided) and self._desk:
            link = self._desk.ats.site
            return trouble.uncertain(
                title=self._title, verb=self._verb, reference=reference, link=link, again=self._going_on
            )
        if isinstance(error, ConnectorError):
            command = self._meant.command if self._meant else None
            return trouble.for_error(
                error,
                title=self._title,
                reference=reference,
                verb=self._verb,
                connection=self._desk.connection if self._desk else None,
                edit=self._going_on if command and can_edit(type(error).__name__, command) else None,
            )
        if isinstance(error, Usage):
            return flow.usage(error.problem, error.command)
        if isinstance(error, CannotOpen):
            return trouble.locked(reference=reference, verb=self._verb)
        if isinstance(error, (Malformed, SlackRefused)):
            return flow.expired_choice() if isinstance(error, Malformed) else flow.not_here(STRANGER)
        return trouble.broke(reference=reference, verb=self._verb)

    @property
    def _title(self) -> str:
        return self._desk.connection.title if self._desk and self._desk.connection else "The ATS"

    @property
    def _verb(self) -> str:
        return self._meant.command.verb if self._meant else ""

    async def _say_when(self, client: AsyncWebClient, error: ConnectorError, wait: float) -> None:
        """Tell the person that we keep trying; not for a hiccup that is over before they have read it."""
        if wait < AFTER_DOUBT:
            return

        async def card() -> Card:
            next_try = self._tools.now() + wait
            await self._line.waits(next_try)
            await self._tools.progress.waits(self._invocation, self._deed(State.WAITING, next_try=next_try))
            return trouble.waiting(
                title=self._title if error.vendor != "Slack" else "Slack",
                verb=self._verb,
                next_try=datetime.fromtimestamp(next_try, UTC),
                until=datetime.fromtimestamp(self._invocation.received + sum(PAUSES), UTC),
                reference=self._invocation.reference,
                working=isinstance(error, StillProcessing),
            )

        await self._teller.waits(client, card)
