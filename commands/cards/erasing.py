"""Cards about forgetting a person: the question, the receipt, and what stands where somebody was named."""

from __future__ import annotations

from commands.base import Action, Card, Continue
from commands.cards import blocks
from commands.cards.candidate import LONGEST_URL
from commands.ports.erasing import NotRemoved, Proof

KINDS = {
    "cards": "Cards in channels",
    "lines": "Lines in threads",
    "shared": "Cards shared to channels",
    "messages": "Direct messages",
    "files": "Files of imports",
    "home": "Lines in Home",
    "rows": "Rows of imports",
    "news": "News not announced yet",
    "requests": "Requests that were kept",
}
"""What is counted, in the order in which it is shown."""
WHY = {
    "is_archived": "the channel is archived",
    "not_in_channel": "Shortlist is not in there any more",
    "channel_not_found": "Shortlist cannot see it any more",
    "missing_scope": "the app may not do this",
    "away": "Slack did not answer",
}
SHOWN = 8
REMOVED = "This candidate's data was removed on request."


def asks(email: str, on: Continue) -> Card:
    """What will happen, and what will not."""
    question = f"Forget {blocks.mailto(email)}?"
    does = (
        "I take back what I posted about this person in channels and direct messages, and delete what I keep of them: "
        "lines in Home, rows of imports, requests, what was looked up. This cannot be undone."
    )
    not_the_ats = "Their records in your ATS stay as they are: delete them there. What people wrote themselves stays as well."
    return blocks.card(
        blocks.spoken(f"Forget {blocks.line(email)}?"),
        blocks.section(f"*{question}*\n{does}"),
        blocks.context(not_the_ats),
        blocks.actions(blocks.chooses("Forget", on, style="danger"), blocks.button("Cancel", Action.DISMISS)),
    )


def begun(reference: str) -> Card:
    fact = "It is under way, also if Shortlist is restarted meanwhile."
    step = f"The receipt comes to you by direct message. Its reference is `{blocks.esc(reference)}`."
    return blocks.card(fact, blocks.section(f":hourglass_flowing_sand: {fact}\n{step}"))


def removed() -> Card:
    """In place of a message about somebody."""
    return blocks.card(REMOVED, blocks.context(REMOVED))


def receipt(proof: Proof, *, file_sent: bool) -> Card:
    """For whoever asked; it names nobody."""
    things = "1 thing" if proof.total == 1 else f"{proof.total:,} things"
    fact = f"Forgotten: {things} about this person removed. Reference {blocks.esc(proof.reference)}."
    counts = [(KINDS[kind], f"{count:,}") for kind, count in proof.removed.items() if count]
    return blocks.card(
        fact,
        blocks.section(f":white_check_mark: *{fact}*"),
        [blocks.fields(counts)] if counts else [],
        _left(proof),
        _untouched(proof),
        blocks.context(*(blocks.esc(each) for each in proof.stays)),
        blocks.context(
            f"The person as a hash: `{blocks.esc(proof.person)}`. "
            + (
                "The proof is in the file above."
                if file_sent
                else "Slack did not take the file with the proof."
            )
        ),
    )


def _left(proof: Proof) -> list[dict[str, object]]:
    """What could not be done, and why."""
    said = [_refused(each) for each in proof.not_removed[:SHOWN]]
    more = len(proof.not_removed) - SHOWN
    said += [f"• and {more} more, see the file"] if more > 0 else []
    if proof.under_way:
        requests = "1 request is" if proof.under_way == 1 else f"{proof.under_way:,} requests are"
        said.append(f"• {requests} still under way: what is kept of it goes when it has ended.")
    for title in proof.not_asked:
        said.append(
            f"• {blocks.line(title)} did not say whether it knows this person: I went by the email address alone."
        )
    return (
        [blocks.section("\n".join([":warning: *Not everything could be removed:*", *said]))] if said else []
    )


def _refused(each: NotRemoved) -> str:
    why = WHY.get(each.why, f"Slack says `{blocks.esc(each.why)}`")
    return f"• {blocks.line(KINDS.get(each.kind, each.kind))}, in <#{blocks.esc(each.channel)}>: {why}."


def _untouched(proof: Proof) -> list[dict[str, object]]:
    titles = dict.fromkeys(each.title for each in proof.untouched)
    if not titles:
        return [blocks.section("No connected ATS knows this person. Nothing was changed in any ATS.")]
    names = ", ".join(blocks.bold(title) for title in titles)
    fact = f"The records in {names} are untouched. If they are to go, too, delete them there."
    links = [
        blocks.leads(f"Open in {each.title}", each.url, suffix=str(number))
        for number, each in enumerate(proof.untouched[:SHOWN])
        if each.url.startswith(("https://", "http://")) and len(each.url) <= LONGEST_URL
    ]
    return [blocks.section(fact), *blocks.actions(*links)]
