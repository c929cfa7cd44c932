"""What a hiring channel is told: a card that keeps up with a candidate or a job, lines below it, an hour's digest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from commands.base import Block, Card, Picks, Run
from commands.cards import blocks
from commands.cards.candidate import facts, open_button, page_of, standing, verb_buttons
from commands.cards.source import Source
from commands.ports.rooms import Level, seen_in
from connectors.models import Candidate, Change, ChangeKind, Destination, JobChange, Record

WHY = "why"
ROLES = 3
ENDED = (ChangeKind.HIRED, ChangeKind.REJECTED)
HAPPENED = {
    ChangeKind.ADDED: "was added",
    ChangeKind.MOVED: "was moved",
    ChangeKind.NOTED: "has a new note",
    ChangeKind.TAGGED: "has other tags",
    ChangeKind.HIRED: "was hired",
    ChangeKind.REJECTED: "was rejected",
    ChangeKind.JOB_OPENED: "is open",
    ChangeKind.JOB_CLOSED: "is not open any more",
}
UPDATED = "was updated"
"""In place of what tells how far somebody has come, where not everybody may know that."""
COUNTED = {
    HAPPENED[ChangeKind.ADDED]: ("candidate added", "candidates added"),
    HAPPENED[ChangeKind.MOVED]: ("candidate moved", "candidates moved"),
    HAPPENED[ChangeKind.NOTED]: ("note written", "notes written"),
    HAPPENED[ChangeKind.TAGGED]: ("candidate with other tags", "candidates with other tags"),
    HAPPENED[ChangeKind.HIRED]: ("candidate hired", "candidates hired"),
    HAPPENED[ChangeKind.REJECTED]: ("candidate rejected", "candidates rejected"),
    HAPPENED[ChangeKind.JOB_OPENED]: ("job opened", "jobs opened"),
    HAPPENED[ChangeKind.JOB_CLOSED]: ("job closed", "jobs closed"),
    UPDATED: ("candidate updated", "candidates updated"),
}


class Reason(Record):
    """What *Why do I see this?* carries. The kind is missing where it would tell how far somebody has come."""

    kind: ChangeKind | None = None


@dataclass(frozen=True)
class News:
    """One change as it is told; `at` is in seconds since the epoch."""

    change: Change | JobChange
    source: Source
    at: float
    actor: str | None = None


def happened(kind: ChangeKind, level: Level) -> str:
    """What happened, in as much detail as people in such a room may know."""
    plain = kind in (ChangeKind.ADDED, ChangeKind.JOB_OPENED, ChangeKind.JOB_CLOSED)
    return HAPPENED[kind] if plain or level >= Level.PRIVATE else UPDATED


def announced(news: News, level: Level) -> Card:
    """The card of a candidate or a job, as it stands now."""
    if isinstance(news.change, JobChange):
        return _job(news, news.change.destination, level)
    seen = seen_in(news.change.candidate, level)
    if level is Level.SHARED:
        return _role(news, seen)
    fact = f"{blocks.bold(seen.name)} {happened(news.change.kind, level)}{_where(news.change.kind, seen)}."
    buttons = [*verb_buttons(seen, news.source), open_button(seen, news.source), why(news, level)]
    return blocks.card(
        blocks.spoken(fact),
        blocks.section(fact),
        facts(seen),
        blocks.context(f"In {blocks.line(news.source.label)}{_by(news)}  ·  {_when(news)}"),
        blocks.actions(*buttons),
    )


def _role(news: News, seen: Candidate) -> Card:
    fact = f"{_nameless(seen)} {happened(news.change.kind, Level.SHARED)}."
    page = blocks.link(page_of(seen, news.source), f"Open in {news.source.title}")
    return blocks.card(
        blocks.spoken(fact),
        blocks.section(fact),
        blocks.context(_when(news), page),
        blocks.actions(why(news, Level.SHARED)),
    )


def _job(news: News, job: Destination, level: Level) -> Card:
    fact = f"{_title(job)} {happened(news.change.kind, level)}."
    page = blocks.leads(f"Open {news.source.title}", news.source.site, suffix="site")
    where = f"In {blocks.line(news.source.label)}  ·  " if level > Level.SHARED else ""
    return blocks.card(
        blocks.spoken(fact),
        blocks.section(fact),
        blocks.context(f"{where}{_when(news)}"),
        blocks.actions(page, why(news, level)),
    )


def told(news: News, level: Level, *, named: bool = False) -> Card:
    """One line of the history. It is `named` where it does not stand below the card of its candidate."""
    fact = f"{_who(news.change, level) if named else 'It'} {happened(news.change.kind, level)}"
    if isinstance(news.change, Change):
        seen = seen_in(news.change.candidate, level)
        who = _who(news.change, level) if named else ""
        done = happened(news.change.kind, level) + (_where(news.change.kind, seen) if level else "")
        fact = f"{who} {done}" if who else done[:1].upper() + done[1:]
    by = _by(news) if level > Level.SHARED else ""
    said = f"{fact}{by}  ·  {_when(news)}"
    return blocks.card(blocks.spoken(fact), blocks.context(said))


def _who(change: Change | JobChange, level: Level) -> str:
    if isinstance(change, JobChange):
        return _title(change.destination)
    seen = seen_in(change.candidate, level)
    return blocks.bold(seen.name) if seen.name else _nameless(seen)


def _title(job: Destination) -> str:
    return f"The job {blocks.bold(job.title)}" if job.title else "A job"


def _nameless(seen: Candidate) -> str:
    places = [blocks.bold(each.title) for each in seen.placements[:ROLES]]
    return f"A candidate for {', '.join(places)}" if places else "A candidate"


def _where(kind: ChangeKind, seen: Candidate) -> str:
    if kind not in (ChangeKind.ADDED, ChangeKind.MOVED, *ENDED) or not seen.placements:
        return ""
    places = ", ".join(blocks.bold(standing(each)) for each in seen.placements[:ROLES])
    return f": {places}"


def _by(news: News) -> str:
    """In plain words: a mention would ping whoever did it."""
    return f"  ·  by {blocks.line(news.actor)} via Slack" if news.actor else ""


def _when(news: News) -> str:
    return blocks.moment(datetime.fromtimestamp(news.at, UTC))


def why(news: News, level: Level) -> Block:
    secret = news.change.kind is not ChangeKind.ADDED and happened(news.change.kind, level) == UPDATED
    return why_button(news.source.connection, None if secret else news.change.kind)


def why_button(connection: str, kind: ChangeKind | None = None) -> Block:
    """Explains to whoever clicks; the answer is for their eyes only."""
    run = Run(
        command="/ats",
        verb=WHY,
        text=Reason(kind=kind).model_dump_json(exclude_defaults=True),
        picks=Picks(connection=connection),
        once=False,
    )
    return blocks.runs("Why do I see this?", run, suffix=WHY)


def rolled_up(
    counts: Mapping[ChangeKind, int], doubtful: int, level: Level, connection: str, budget: int
) -> Card:
    """What an hour brought beyond its budget. `doubtful` cards may be there or not: Slack broke off."""
    total = sum(counts.values())
    fact = f"*{total} more {'change' if total == 1 else 'changes'}* in this hour: {counted(counts, level)}."
    lost = f":warning: Slack broke off while I was posting, so {doubtful} of the cards here may be missing."
    rule = f"More than {budget} cards an hour are gathered here. Who it is about is in the thread."
    shown = [*([blocks.section(fact)] if total else []), *([blocks.section(lost)] if doubtful else [])]
    return blocks.card(
        blocks.spoken(fact if total else lost),
        shown,
        [blocks.context(rule)] if total else [],
        blocks.actions(why_button(connection)),
    )


def counted(counts: Mapping[ChangeKind, int], level: Level) -> str:
    """`3 candidates added, 2 updated`: kinds that may not be told apart in such a room are counted together."""
    sums: dict[str, int] = {}
    for kind, count in counts.items():
        words = happened(kind, level)
        sums[words] = sums.get(words, 0) + count
    said = [f"{count} {COUNTED[words][count != 1]}" for words, count in sums.items() if count]
    return ", ".join(said) or "nothing"


def taken_back() -> Card:
    """In place of a card of which too much can be seen since the channel was opened."""
    fact = "What stood here was taken back: more people can read this channel now."
    return blocks.card(fact, blocks.section(fact), blocks.context("The next change brings the card back."))


def taken_back_line() -> Card:
    fact = "An earlier change."
    return blocks.card(fact, blocks.context(fact))
