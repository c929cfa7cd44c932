"""The message of an import: how far it is, and how it ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from commands.base import Action, Block, Card
from commands.cards import blocks
from commands.cards.receipt import place_name
from commands.table.importing import Asked, Failure, Import, State, Wish

BAR = 20
REASONS = 8
ROWS_SHOWN = 20

HEADS = {
    State.RUNNING: (":hourglass_flowing_sand:", "Importing"),
    State.PAUSING: (":hourglass_flowing_sand:", "Pausing the import of"),
    State.PAUSED: (":double_vertical_bar:", "Paused the import of"),
    State.CANCELLING: (":hourglass_flowing_sand:", "Cancelling the import of"),
    State.ENDED: (":white_check_mark:", "Imported"),
    State.CANCELLED: (":octagonal_sign:", "Cancelled the import of"),
}
BUTTONS = {
    State.RUNNING: (Wish.PAUSE, Wish.CANCEL),
    State.PAUSING: (Wish.RESUME, Wish.CANCEL),
    State.PAUSED: (Wish.RESUME, Wish.CANCEL),
}
LABELS = {
    Wish.PAUSE: "Pause",
    Wish.RESUME: "Resume",
    Wish.CANCEL: "Cancel",
    Wish.SHOW: "Show the first 20",
}


@dataclass(frozen=True)
class Shown:
    """What the message is drawn from. `rate` is rows a minute, where enough time has passed to tell."""

    job: Import
    title: str
    """The ATS, and the connection's own name where it says more. Not escaped."""
    rate: float | None = None
    news: str = ""
    """A finished sentence about why it waits or stopped, as plain text."""
    reasons: Sequence[tuple[str, int]] = field(default_factory=tuple)
    file_sent: bool = True


def progress(shown: Shown) -> Card:
    """An import that is not at its end."""
    job = shown.job
    fact = _fact(shown)
    return blocks.card(
        blocks.spoken(fact),
        blocks.section(f"{_mark(job)} {fact}\n{_bar(job) if job.filled else 'Reading the file…'}"),
        _numbers(job) if job.filled else [],
        blocks.context(said) if (said := _pace(shown)) else [],
        blocks.actions(*(_button(job, wish) for wish in BUTTONS.get(job.state, ()))),
    )


def result(shown: Shown) -> Card:
    """The end of an import."""
    job = shown.job
    fact = _fact(shown)
    rows = [f"• {blocks.line(reason)}: {count:,}" for reason, count in shown.reasons[:REASONS]]
    more = len(shown.reasons) - REASONS
    rows += [f"• and {more} other reasons"] if more > 0 else []
    told = "They are in the file below, with the reason for each." if shown.file_sent else ""
    count = sum(number for _, number in shown.reasons)
    needs = f"{_rows(count)} {'needs' if count == 1 else 'need'} another look."
    why = "\n".join([f":warning: *{needs}* {told}".rstrip(), *rows])
    there = ["Whoever was there already was left where they are, and got the tags and notes of the file."]
    return blocks.card(
        blocks.spoken(fact),
        blocks.section(f"{_mark(job)} {fact}"),
        _numbers(job),
        blocks.section(why) if rows else [],
        blocks.context(*there) if job.there else [],
        blocks.actions(_button(job, Wish.SHOW)) if rows and not shown.file_sent else [],
    )


def failed_rows(failures: Sequence[Failure], name: str) -> Card:
    """The first rows that failed, where no file can be sent."""
    shown = [f"Row {each.line.number}: {blocks.line(each.reason)}" for each in failures[:ROWS_SHOWN]]
    more = len(failures) - ROWS_SHOWN
    fact = f"What could not be imported from {blocks.bold(name)}:"
    tail = f"\nand {_rows(more)} more." if more > 0 else ""
    return blocks.card(blocks.spoken(fact), blocks.section(fact + "\n" + "\n".join(shown) + tail))


def not_begun(filename: str, why: str) -> Card:
    """An import that could not be begun, since its file cannot be had or read any more."""
    fact = f"{blocks.bold(filename)} was not imported."
    return blocks.card(blocks.spoken(fact), blocks.section(f":warning: {fact}\n{blocks.esc(why)}"))


def _mark(job: Import) -> str:
    return HEADS[job.state][0]


def _fact(shown: Shown) -> str:
    job, plan = shown.job, shown.job.plan
    where = f" to {place_name(plan.to)}" if plan and plan.to else ""
    file = f" from {blocks.bold(plan.filename, 60)}" if plan else ""
    number = job.added if job.state is State.ENDED else job.total
    people = f"*{number:,} {'person' if number == 1 else 'people'}*" if job.filled else "people"
    return f"{HEADS[job.state][1]} {people}{file} into {blocks.line(shown.title)}{where}."


def _bar(job: Import) -> str:
    done = job.total - job.left
    share = done / job.total if job.total else 1.0
    full = int(share * BAR)
    return f"`{'█' * full}{'░' * (BAR - full)}` {int(share * 100)} %"


def _numbers(job: Import) -> list[Block]:
    given = [("Added", job.added), ("Already there", job.there), ("Not imported", job.failed)]
    left = [("Left", job.left)] if job.left else []
    return [blocks.fields([(label, f"{count:,}") for label, count in [*given, *left]])]


def _pace(shown: Shown) -> str:
    if shown.news:
        return blocks.esc(shown.news)
    if shown.job.state is not State.RUNNING or not shown.rate:
        return ""
    minutes = shown.job.left / shown.rate
    left = "less than a minute" if minutes < 1 else f"about {_time(minutes)}"
    return f"{round(shown.rate):,} a minute · {left} left"


def _time(minutes: float) -> str:
    hours, rest = divmod(round(minutes), 60)
    return f"{hours} h {rest} min" if hours else f"{rest} min"


def _rows(count: int) -> str:
    return f"{count:,} {'row' if count == 1 else 'rows'}"


def _button(job: Import, wish: Wish) -> Block:
    value = blocks.value_of(Asked(id=job.id, wish=wish))
    made = blocks.button(LABELS[wish], Action.IMPORT, value, suffix=wish.value)
    if wish is not Wish.CANCEL:
        return made
    return blocks.confirmed(
        made, "Cancel the import?", "Whoever is in the ATS by now stays there.", "Cancel the import"
    )
