"""Durable work: forgets a person, tells whoever asked, and then forgets what that itself has kept."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial

import structlog
from pydantic import TypeAdapter, ValidationError

from bot.slack.invocation import Invocation, Malformed
from bot.slack.understand import asked_for
from bot.store.base import Store
from bot.store.cards import CardTable
from bot.store.erasure import Erasure
from bot.store.traces import email_subject
from bot.store.vault import Vault
from bot.work.channels.announcement import ANNOUNCE, POST, Announcement
from bot.work.command.prepare import Tools
from bot.work.engine.records import Records, speaks
from bot.work.engine.steps import Do, Steps
from bot.work.forgetting.erasing import FORGET, Order
from bot.work.forgetting.known import Human, Knowing, Known
from bot.work.forgetting.receipts import Receipts
from bot.work.forgetting.redaction import Redaction, Turn
from bot.work.forgetting.subjects import subjects_in, subjects_of
from commands.base import Invalid, Usage
from commands.cards.erasing import KINDS
from commands.forget import FORGET as FORGETS
from commands.ports.erasing import AtsRecord, Proof
from connectors.models import Record

log = structlog.get_logger()

CLEAR = "forgotten"
"""The kind of work that deletes what forgetting, and other requests about the person, have kept."""
ANNOUNCING = (f"{ANNOUNCE}:", f"{POST}:")
"""How the ids of announcements on their way begin."""
PAUSES = (0.5, 2.0, 10.0, 60.0, 600.0, *(1800.0,) * 48)
"""Seconds between two looks whether open requests have ended: a day in all."""
_NEWS = TypeAdapter(tuple[Announcement, ...])


class Rest(Record):
    """The payload of `CLEAR`, and what is left of it: jobs by their ids, and hashes of whom their answers tell."""

    team: str
    jobs: tuple[str, ...]
    marks: tuple[str, ...] = ()


class _Requests(Record):
    deleted: int
    open: tuple[str, ...]


class Forgetting:
    """Its methods are handlers of durable work; `begin` when the caches are there. `days` is how long messages are known."""

    def __init__(
        self,
        tools: Tools,
        store: Store,
        vault: Vault,
        cards: CardTable,
        turn: Turn,
        records: Callable[[], Awaitable[Records]],
        days: float,
    ) -> None:
        self._tools, self._cards, self._turn, self._records = tools, cards, turn, records
        self._traces, self._erasure = tools.trail.traces, Erasure(store, vault)
        self._knowing = Knowing(tools.workspaces.connections, tools.connections, tools.ledger.mark)
        self._receipts = Receipts(tools.client, tools.deliver, tools.upload, days)
        self._caches: Sequence[Callable[[str], None]] = ()
        self._shown: Callable[[str, str], None] = lambda team, user: None

    def begin(self, shown: Callable[[str, str], None], *caches: Callable[[str], None]) -> None:
        """`caches` drop what this process holds in memory of a workspace; `shown` draws Home anew for somebody."""
        self._caches, self._shown = caches, shown

    @property
    def handlers(self) -> Mapping[str, Callable[[str, Steps], Awaitable[str]]]:
        return {FORGET: self.forget, CLEAR: self.clear}

    async def forget(self, payload: str, steps: Steps) -> str:
        order = Order.model_validate_json(payload)
        known = await self._knowing.everywhere(order.team, order.email, steps)
        redaction = self._redaction(order.team, steps)
        await self._traces.hush(order.team, known.subjects)
        await steps.once("quiet", partial(self._quiet, order.team, known))
        await redaction.of(known.subjects)
        for forget in self._caches:
            forget(order.team)
        kept = {name: await steps.once(name, do) for name, do in self._tables(order.team, known).items()}
        requests = _Requests.model_validate_json(
            await steps.once("requests", partial(self._requests, order, known))
        )
        others = [id for id in requests.open if not _of_this(id, order)]
        tables = {name: int(count) for name, count in kept.items()}
        counts = {**redaction.counts, **tables, "requests": requests.deleted}
        proof = Proof(
            reference=order.reference,
            workspace=order.team,
            asked_by=order.user,
            asked_at=_iso(order.asked),
            ended_at=await steps.once("ended", self._now),
            person=self._traces.marks(order.team, email_subject(order.email))[0],
            removed={kind: counts.get(kind, 0) for kind in KINDS},
            not_removed=tuple(redaction.refused),
            under_way=len(others),
            not_asked=known.not_asked,
            untouched=tuple(_record(each) for each in known.people),
            stays=self._receipts.stays,
        )
        await self._receipts.send(proof, steps)
        rest = Rest(
            team=order.team, jobs=requests.open, marks=self._marks(order.team, known) if others else ()
        )
        await self._tools.put(CLEAR, order.reference, rest.model_dump_json())
        log.info("somebody forgotten", ref=order.reference, team=order.team, removed=proof.total)
        return "forgotten"

    async def clear(self, payload: str, steps: Steps) -> str:
        """Delete requests as they end, and take back what they answered; what is left after a day goes with all."""
        rest = Rest.model_validate_json(payload)
        redaction = self._redaction(rest.team, steps)
        for pause in PAUSES:
            await steps.sleep(pause)
            rest = Rest.model_validate_json(await steps.once("clear", partial(self._clear, rest)))
            if not rest.jobs:
                await redaction.under(rest.marks)
                return "cleared"
        return "left"

    def _tables(self, team: str, known: Known) -> Mapping[str, Do]:
        """What is done in each table of ours, and gives a count."""
        erasure = self._erasure

        async def home() -> str:
            users = await erasure.home(team, partial(_speaks, known))
            for user in set(users):
                self._shown(team, user)
            return str(len(users))

        async def rows() -> str:
            return str(await erasure.rows(team, lambda text: email_subject(known.email) in subjects_of(text)))

        async def news() -> str:
            return str(await erasure.news(team, partial(_announces, known)))

        return {"home": home, "rows": rows, "news": news}

    async def _quiet(self, team: str, known: Known) -> str:
        """Keep announcements about them that nobody has seen yet from being posted."""
        records = await self._records()
        found = await records.about(team, known.words)
        coming = [each.id for each in found if each.open and each.id.startswith(ANNOUNCING)]
        await records.cancel(coming)
        return str(len(coming))

    async def _requests(self, order: Order, known: Known) -> str:
        records = await self._records()
        waived = await records.waive(order.team, partial(_only_about, known, order))
        found = await records.about(order.team, known.words)
        ended = {each.id for each in found if not each.open}
        await records.delete(list(ended))
        left = tuple(each.id for each in found if each.open)
        # One that has begun may have stood in the inbox still: it is as open as it was.
        deleted = ended | (waived - set(left))
        return _Requests(deleted=len(deleted), open=left).model_dump_json()

    async def _clear(self, rest: Rest) -> str:
        records = await self._records()
        standing = await records.standing(rest.jobs)
        await records.delete([each.id for each in standing if not each.open])
        left = tuple(each.id for each in standing if each.open)
        return rest.model_copy(update={"jobs": left}).model_dump_json()

    def _redaction(self, team: str, steps: Steps) -> Redaction:
        return Redaction(team, self._tools.client, self._cards, self._traces, self._turn, steps)

    def _marks(self, team: str, known: Known) -> tuple[str, ...]:
        return tuple(mark for each in sorted(known.subjects) for mark in self._traces.marks(team, each))

    async def _now(self) -> str:
        return _iso(self._tools.now())


def _of_this(id: str, order: Order) -> bool:
    """The request to forget, and what it led to: it is no news to whoever asked."""
    return id.removeprefix(f"{FORGET}:").startswith(order.job)


def _only_about(known: Known, order: Order, id: str, invocation: str) -> bool:
    """Whether a request that waits is surely about this person, and asks for anything but to forget them.

    A name alone is shared by people, so such a request runs, and is deleted when it has ended.
    """
    if _of_this(id, order) or _forgets(invocation):
        return False
    return bool(known.subjects & subjects_of(invocation)) or speaks(invocation, known.addresses)


def _forgets(invocation: str) -> bool:
    try:
        return asked_for(Invocation.model_validate_json(invocation)).command is FORGETS
    except (Usage, Invalid, Malformed, ValidationError):
        return False


def _speaks(known: Known, text: str) -> bool:
    return bool(known.subjects & subjects_of(text)) or speaks(text, known.words)


def _announces(known: Known, text: str) -> bool:
    return any(subjects_in(each) & known.subjects for each in _NEWS.validate_json(text))


def _record(human: Human) -> AtsRecord:
    return AtsRecord(title=human.title, url=human.url, candidate_hash=human.candidate_hash)


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
