"""The audit as people see it: one line for each thing that was done."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from commands.base import Block, Card, ConnectionInfo, Run
from commands.cards import blocks
from commands.cards.shared import REFUSED
from commands.ports.auditing import ELSEWHERE, Checked, Entry, Sent

VERB = "audit"
ROWS = 12
TOGETHER = 4
"""Entries in one block: so many fit in whatever is in them."""
PROBLEMS = 5
OUTCOMES = {
    "done": ":white_check_mark: done",
    "asked": ":speech_balloon: asked back",
    "not allowed": ":no_entry: not allowed",
    "gave up": ":warning: gave up",
    "Undecided": ":warning: may be there or not",
    "left": "the workspace had left",
}
"""How an outcome reads; every other is the name of an error."""
WORD = re.compile(r"(?<=[a-z])(?=[A-Z])")
ERROR = re.compile(r"[A-Z][A-Za-z]+")


@dataclass(frozen=True)
class Asked:
    """What the page is of, as it was typed."""

    actor: str | None = None
    verb: str | None = None
    days: int | None = None
    before: int = 0

    @property
    def text(self) -> str:
        who = self.actor if self.actor in (None, *ELSEWHERE) else f"<@{self.actor}>"
        span = f"{self.days} days" if self.days else ""
        before = f"before {self.before}" if self.before else ""
        return " ".join(filter(None, (who, self.verb, span, before)))

    @property
    def run(self) -> Run:
        return Run(command="/ats", verb=VERB, text=self.text, once=False)


def page(
    entries: Sequence[Entry], connections: Mapping[str, ConnectionInfo], checked: Checked, asked: Asked
) -> Card:
    """One more than `ROWS` of the entries says that there are earlier ones."""
    shown = entries[:ROWS]
    fact = "Who did what" if shown else "Nothing of this kind was done."
    buttons = [
        blocks.runs("Export all", Run(command="/ats", verb=VERB, text="export", once=False), suffix="all")
    ]
    if len(entries) > ROWS:
        older = replace(asked, before=shown[-1].number)
        buttons.insert(0, blocks.runs("Earlier", older.run, suffix="older"))
    if asked.before:
        buttons.insert(0, blocks.runs("Latest", replace(asked, before=0).run, suffix="latest"))
    return blocks.card(
        fact,
        blocks.section(f"*{fact}*"),
        [
            blocks.section("\n".join(_line(each, connections) for each in shown[at : at + TOGETHER]))
            for at in range(0, len(shown), TOGETHER)
        ],
        _health(checked),
        blocks.actions(*buttons),
    )


def exported(sent: Sent) -> Card:
    if sent.refused:
        fact = REFUSED.get(sent.refused, "Slack does not let me send files.")
        step = "Whoever runs Shortlist has it, too: `shortlist audit export`."
        return blocks.card(fact, blocks.section(f":warning: {fact} {step}"))
    if not sent.count:
        return blocks.card("Nothing was done yet.", blocks.section("Nothing was done yet."))
    fact = f"{_counted(sent.count)} went to you as a file, in our direct messages."
    rest = (
        f"These are the latest; `shortlist audit export` has all {sent.of:,}." if sent.of > sent.count else ""
    )
    return blocks.card(
        fact, blocks.section(f":white_check_mark: {fact}"), [blocks.context(rest)] if rest else []
    )


def _line(entry: Entry, connections: Mapping[str, ConnectionInfo]) -> str:
    when = blocks.moment(datetime.fromtimestamp(entry.at, UTC), "{date_short} {time_secs}")
    parts = (when, _who(entry.actor), f"`{_code(entry.verb)}`", _connection(entry, connections))
    return "  ·  ".join([*filter(None, parts), _outcome(entry.outcome)])


def _who(actor: str) -> str:
    return blocks.line(actor) if actor in ELSEWHERE else f"<@{blocks.esc(actor)}>"


def _code(text: str) -> str:
    return blocks.line(text.replace("`", "'"), 40)


def _connection(entry: Entry, connections: Mapping[str, ConnectionInfo]) -> str:
    """By its name of today; of one that is gone only the vendor is known."""
    known = connections.get(entry.connection)
    return blocks.line(known.name, 60) if known else blocks.line(entry.vendor, 60) if entry.vendor else ""


def _outcome(outcome: str) -> str:
    if outcome in OUTCOMES:
        return OUTCOMES[outcome]
    if ERROR.fullmatch(outcome):
        return f":x: {blocks.line(WORD.sub(' ', outcome).lower())}"
    return blocks.line(outcome)


def _health(checked: Checked) -> list[Block]:
    if not checked.problems:
        if not checked.count:
            return []
        said = f":lock: The chain of all {_counted(checked.count)} is whole."
        return [blocks.context(said.replace("all 1 entry", "the only entry"))]
    told = [f"•  {blocks.line(each)}" for each in checked.problems[:PROBLEMS]]
    more = [f"and {len(checked.problems) - PROBLEMS} more"] if len(checked.problems) > PROBLEMS else []
    fact = ":rotating_light: *This audit is not as Shortlist wrote it.*"
    step = "Somebody has changed the database, or it was damaged. Tell whoever runs Shortlist."
    return [blocks.section("\n".join([fact, *told, *more, step]))]


def _counted(count: int) -> str:
    return f"{count:,} {'entry' if count == 1 else 'entries'}"
