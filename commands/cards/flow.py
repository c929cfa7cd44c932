"""Everything that is not a result: what is missing, unknown, not allowed, or has to be asked."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from commands.base import Block, Card, Command, ConnectionInfo, Continue, Opening, Picks
from commands.cards import blocks
from commands.cards.candidate import buttons, facts, open_button
from commands.cards.choice import picked, quoted
from commands.cards.connection import Vendor, named, vendor_buttons
from commands.cards.receipt import place_name
from commands.cards.source import Source
from commands.cards.trouble import broke as broke
from commands.cards.trouble import for_error as for_error
from commands.cards.trouble import gave_up as gave_up
from commands.cards.trouble import locked as locked
from commands.cards.trouble import sentence as sentence
from commands.cards.trouble import slow as slow
from commands.cards.trouble import uncertain as uncertain
from commands.cards.trouble import waiting as waiting
from connectors.models import Candidate, Destination


def usage(problem: str, command: Command | None = None) -> Card:
    """What is wrong with what was typed, and how it reads when it is right."""
    said = blocks.section(blocks.esc(problem))
    if command is None:
        return blocks.card(blocks.esc(problem), said)
    usage, example = blocks.esc(command.usage), blocks.esc(command.example)
    return blocks.card(blocks.esc(problem), said, blocks.context(f"`{usage}`", f"For example: `{example}`"))


def nobody(who: str, source: Source, draft: str, edit: Continue | None = None) -> Card:
    """Nobody fits; `draft` is what the add form is filled in with, `edit` brings back what else was written."""
    fact = f"Nobody in {blocks.line(source.label)} matches {quoted(who)}."
    opening = Opening(command="/candidate", verb="add", connection=source.connection, text=draft)
    return blocks.card(
        fact,
        blocks.section(fact),
        blocks.context("Check the spelling, or try an email address."),
        blocks.actions(
            *([blocks.edits(edit)] if edit else []),
            blocks.opens("Add candidate", opening),
        ),
    )


def only_one(who: str, source: Source) -> Card:
    """Several fit, for somebody who may not look candidates up: who they are is not said."""
    fact = f"Several people in {blocks.line(source.label)} match {quoted(who)}."
    step = "An email address finds exactly one; looking candidates up is not open to you here."
    return blocks.card(fact, blocks.section(f"{fact}\n{step}"))


def gone(what: str, source: Source, edit: Continue | None = None) -> Card:
    """Something that was picked on a card is there no more; `edit` brings back what else was written."""
    fact = f"That {what} is no longer in {blocks.line(source.label)}."
    again = (
        blocks.actions(blocks.edits(edit)) if edit else blocks.context("Please give the command once more.")
    )
    return blocks.card(fact, blocks.section(fact), again)


def missing(what: Sequence[str], source: Source, opening: Opening) -> Card:
    """What an ATS insists on and was not given."""
    words = " and ".join(filter(None, (", ".join(what[:-1]), what[-1])))
    fact = f"{blocks.line(source.title)} also needs {words}."
    return blocks.card(
        fact, blocks.section(fact), blocks.actions(blocks.opens("Fill in the rest", opening, style="primary"))
    )


def already(candidate: Candidate, source: Source, anyway: Continue | None = None) -> Card:
    """The ATS has this person; `anyway` goes on to a second record where that makes sense."""
    fact = f"{blocks.bold(candidate.name)} is already in {blocks.line(source.label)}. Nothing was added."
    again = [blocks.chooses("Add anyway", picked(anyway, anyway=True))] if anyway else []
    return blocks.card(
        blocks.spoken(fact),
        blocks.section(fact),
        facts(candidate),
        buttons(candidate, source),
        blocks.actions(*again),
    )


def already_there(candidate: Candidate, to: Destination, source: Source) -> Card:
    fact = f"{blocks.bold(candidate.name)} is already in {place_name(to)}. Nothing was moved."
    return blocks.card(
        blocks.spoken(fact),
        blocks.section(fact),
        facts(candidate),
        blocks.actions(open_button(candidate, source)),
    )


def no_connection(vendors: Sequence[Vendor], *, admin: bool) -> Card:
    """Nothing can be done before an ATS is connected."""
    fact = "No ATS is connected to this workspace yet."
    step = "Connect one:" if admin else "A workspace admin can connect one with `/ats connect`."
    return blocks.card(fact, blocks.section(f"{fact}\n{step}"), vendor_buttons(vendors) if admin else [])


def no_default(connections: Sequence[ConnectionInfo]) -> Card:
    """Several ATSs, none of them the default, and the command named none."""
    fact = "Which ATS? Say so with `via NAME` at the end."
    return blocks.card(fact.replace("`", ""), blocks.section(fact), _known(connections))


def unknown_connection(name: str, connections: Sequence[ConnectionInfo]) -> Card:
    fact = f"No ATS connection is called {quoted(name)}."
    return blocks.card(fact, blocks.section(fact), _known(connections))


def not_allowed(need: str) -> Card:
    """`need` is a finished sentence that says what is needed."""
    return blocks.card(need, blocks.section(f":no_entry: {blocks.esc(need)}"))


def not_here(fact: str) -> Card:
    """A finished sentence of ours about why this cannot be done here and now."""
    return blocks.card(fact, blocks.section(blocks.esc(fact)))


def expired_choice() -> Card:
    """A button of a card whose command is no longer kept."""
    fact = "This card is too old to go on with. Please give the command once more."
    return blocks.card(fact, blocks.section(fact))


def unknown_entry() -> Card:
    """An entry of a menu or of Home that this version does not have."""
    fact = "Shortlist does not know this entry any more."
    step = "Reload Slack. If it is still there, a workspace admin has to update the app; `/candidate` shows what there is."
    return blocks.card(fact, blocks.section(f"{fact}\n{step}"))


def not_yours() -> Card:
    """Somebody used a choice that somebody else was given."""
    fact = "Only the person who asked can choose."
    return blocks.card(
        fact, blocks.section(f"{fact}\nGive the command yourself to get a choice of your own.")
    )


def form_not_opened(opening: Opening, wait: float | None = None) -> Card:
    """Slack opens a form only within three seconds of a click; or it wants nothing for `wait` seconds."""
    fact = "Slack was too slow to open the form. Please click again."
    if wait is not None:
        seconds = max(ceil(wait), 1)
        fact = f"Slack asks for a pause. Please click again in {seconds} second{'s' if seconds > 1 else ''}."
    return blocks.card(fact, blocks.section(fact), blocks.actions(_once_more(opening)))


def form_refused(opening: Opening, *, reference: str) -> Card:
    """Slack will not open the form, whoever is at fault; `reference` is in the log."""
    fact = "Slack did not open the form."
    step = "If it happens again, tell your admin the reference: it is in the log."
    return blocks.card(
        fact,
        blocks.section(f":warning: *{fact}*\n{step}"),
        blocks.actions(_once_more(opening)),
        blocks.context(f"`{blocks.esc(opening.verb)}`  ·  reference `{blocks.esc(reference)}`"),
    )


def _once_more(opening: Opening) -> Block:
    """A form that came back is filled in from its job, any other from its opening."""
    if opening.again is None:
        return blocks.opens("Open the form", opening, style="primary")
    picks = Picks(connection=opening.connection, candidate=opening.candidate)
    return blocks.edits(Continue(of=opening.again, picks=picks))


def _known(connections: Sequence[ConnectionInfo]) -> list[Block]:
    shown = [f"• {named(each)}" for each in connections[:20]]
    return [blocks.section("Connected are:\n" + "\n".join(shown))] if shown else []
