"""What a form learns while it is open: other people in the message, a CV, who is in an ATS already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from commands.base import Block, ConnectionInfo, Opening
from commands.cards import blocks
from commands.cards.candidate import where
from commands.cards.connection import named
from commands.cards.form import ACTION
from commands.text.person import AddRequest
from connectors.base import Connector
from connectors.models import Candidate

PERSON = "person"
"""The block that asks which of several people is meant."""
ALL = "all"
MOST_PEOPLE = 20


def several(people: Sequence[AddRequest], who: str) -> list[Block]:
    """Which of the people in a message; the last choice is all of them."""
    if len(people) < 2:
        return []
    shown = people[:MOST_PEOPLE]
    options = [{"text": blocks.plain(_who(p), 75), "value": str(n)} for n, p in enumerate(shown)]
    options.append({"text": blocks.plain(f"All {len(shown)} of them", 75), "value": ALL})
    element: Block = {"type": "static_select", "action_id": ACTION, "options": options}
    element["initial_option"] = next(each for each in options if each["value"] == who)
    label = blocks.plain(f"{len(shown)} people are in this message. Whom to add?", 100)
    return [
        {"type": "input", "block_id": PERSON, "label": label, "dispatch_action": True, "element": element}
    ]


def _who(person: AddRequest) -> str:
    return " · ".join(filter(None, (person.name, person.email, person.phone))) or "Somebody"


def attached(filename: str | None, ats: type[Connector] | None) -> list[Block]:
    """Whether the CV of the message goes along."""
    if not filename:
        return []
    name = blocks.bold(filename)
    if ats and not ats.resume_by_file:
        title = blocks.line(ats.title)
        return [
            blocks.context(
                f":page_facing_up: {name} stays in Slack: {title} takes CVs only as a public link."
            )
        ]
    return [blocks.context(f":page_facing_up: {name} is uploaded too.")]


def news(sentence: str) -> list[Block]:
    return [blocks.context(sentence)] if sentence else []


def duplicates(
    known: Mapping[str, Candidate], connections: Sequence[ConnectionInfo], opening: Opening
) -> list[Block]:
    """Where this person is already, with what one might want to do instead; `opening` is that of the form."""
    there = [(each, known[each.id]) for each in connections if each.id in known]
    return [block for connection, candidate in there for block in _there(connection, candidate, opening)]


def _there(connection: ConnectionInfo, candidate: Candidate, opening: Opening) -> list[Block]:
    since = f", last touched {blocks.moment(candidate.last_activity)}" if candidate.last_activity else ""
    fact = (
        f":eyes: {blocks.bold(candidate.name)} is already in {named(connection)}: {where(candidate)}{since}."
    )
    about = Opening(
        command="/candidate",
        verb="note",
        connection=connection.id,
        candidate=candidate.id,
        name=blocks.shortened(candidate.name, blocks.LINE),
        channel=opening.channel,
        message=opening.message,
    )
    buttons = [
        blocks.opens("Note instead", about, suffix=f"note_{connection.id}"),
        blocks.opens(
            "Move instead", about.model_copy(update={"verb": "move"}), suffix=f"move_{connection.id}"
        ),
        *([blocks.leads("Open", candidate.url, suffix=f"record_{connection.id}")] if candidate.url else []),
    ]
    return [blocks.section(fact), *blocks.actions(*buttons)]
