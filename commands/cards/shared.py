"""A candidate's card for a room, and the question that comes before it is posted there."""

from __future__ import annotations

from commands.base import Action, Block, Card, Run
from commands.cards import blocks
from commands.cards.candidate import facts, open_button, page_of, standing, verb_buttons
from commands.cards.source import Source
from commands.ports.rooms import Level, Room, seen_in
from connectors.models import Candidate

ROLES = 6
WHO_SEES = {
    Level.SHARED: "People of other organisations read along here: no name, only the role and a link.",
    Level.PUBLIC: "Everybody in the workspace can read along here: the name and the job or talent pool, no more.",
    Level.PRIVATE: "A private channel sees name, job, stage and tags, but no way to reach the candidate.",
    Level.DIRECT: "Only you read along here: it shows all that is known.",
}
REFUSED = {
    "is_archived": "The channel is archived.",
    "restricted_action": "Only some people may post there.",
    "missing_scope": "The app was installed without the permission to look at this kind of conversation.",
}


def shared(candidate: Candidate, source: Source, by: str, level: Level) -> Card:
    """What a room of this level is shown, and nothing beyond it."""
    seen = seen_in(candidate, level)
    if level is Level.SHARED:
        return _role(seen, source, by)
    buttons = [*verb_buttons(seen, source), open_button(seen, source)]
    return blocks.card(
        f"{blocks.line(seen.name)} in {blocks.line(source.title)}",
        blocks.section(blocks.bold(seen.name)),
        facts(seen),
        blocks.context(f"In {blocks.line(source.title)}  ·  shared by {blocks.line(by)}"),
        blocks.actions(*buttons),
    )


def _role(seen: Candidate, source: Source, by: str) -> Card:
    places = [blocks.bold(standing(each)) for each in seen.placements[:ROLES]]
    fact = f"A candidate for {', '.join(places)}" if places else "A candidate"
    page = blocks.link(page_of(seen, source), f"Open in {source.title}")
    return blocks.card(
        blocks.spoken(fact), blocks.section(fact), blocks.context(f"Shared by {blocks.line(by)}", page)
    )


def preview(card: Card, room: Room, post: Run, *, changed: bool) -> Card:
    """Exactly what the room will see, except that the buttons do nothing yet; then *Post* and *Cancel*."""
    question = f"This is what <#{blocks.esc(room.id)}> will see."
    again = ":warning: The channel or the record has changed meanwhile. " if changed else ""
    inert = [block for block in card.blocks if block["type"] != "actions"]
    labels = [str(e["text"]["text"]) for e in _buttons(card)]
    with_buttons = [f"With the buttons {', '.join(labels)}: whoever clicks needs access."] if labels else []
    return blocks.card(
        f"{again}{question}",
        blocks.section(f"{again}*{question}*\n{WHO_SEES[room.level]}"),
        blocks.divider(),
        inert,
        blocks.divider(),
        [blocks.context(*with_buttons)] if with_buttons else [],
        blocks.actions(blocks.runs("Post", post, style="primary"), blocks.button("Cancel", Action.DISMISS)),
    )


def posted(channel: str) -> Card:
    fact = f"Posted in <#{blocks.esc(channel)}>."
    return blocks.card(fact, blocks.section(f":white_check_mark: {fact}"))


def not_in_there() -> Card:
    """The bot is not in the conversation; which it is, Slack does not even say for a private one."""
    fact = "I am not in this conversation, so I cannot post here."
    step = "In a channel, invite me with `/invite @Shortlist` and share once more."
    return blocks.card(fact, blocks.section(f"{fact}\n{step}"))


def refused(code: str) -> Card:
    fact = REFUSED.get(code, "Slack does not let me post there.")
    return blocks.card(fact, blocks.section(f":warning: {fact} Nothing was posted."))


def unclear(channel: str, post: Run) -> Card:
    """The connection broke, or the service stopped, while the message was on its way."""
    fact = f"I cannot tell whether this was posted in <#{blocks.esc(channel)}>."
    step = "Look there first, so that nobody reads it twice."
    return blocks.card(
        fact,
        blocks.section(f":warning: *{fact}*\n{step}"),
        blocks.actions(blocks.runs("Post again", post), blocks.button("Dismiss", Action.DISMISS)),
    )


def _buttons(card: Card) -> list[Block]:
    return [e for block in card.blocks if block["type"] == "actions" for e in block["elements"]]
