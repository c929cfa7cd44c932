"""*Share to this channel* in a card's menu: shows what the room will see, then posts exactly that."""

from __future__ import annotations

import hashlib
import json

from commands.base import Card, Command, Context, Interrupt, Reply, Request, Run, Usage
from commands.cards import flow, shared
from commands.cards.menu import SHARE
from commands.cards.source import source_of
from commands.ports.rooms import Level, Posted
from commands.who import find_one
from connectors.models import Candidate

NOWHERE = "There is no channel here to share this to."
NOT_IN_THERE = ("not_in_channel", "channel_not_found")


class ShareRequest(Request):
    """What somebody agreed to: how much the room may see, and the mark of the card that they were shown."""

    level: Level | None = None
    mark: str = ""


def parse(text: str) -> ShareRequest:
    """Nothing, or `LEVEL MARK` and a word that tells one question from another."""
    if not text:
        return ShareRequest()
    name, _, rest = text.partition(" ")
    if name not in Level.__members__:
        raise Usage("This card cannot be read.")
    return ShareRequest(level=Level[name], mark=rest.partition(" ")[0])


async def run(context: Context, request: ShareRequest) -> Reply:
    if context.channel is None:
        raise Interrupt(flow.not_here(NOWHERE))
    candidate = await find_one(context, None, shows=True)
    if request.level is None:
        return _asks(context, candidate, await context.talk.room(context.channel), first=True)
    card = _card(context, candidate, request.level)
    if _mark(card) != request.mark:
        return _asks(context, candidate, await context.talk.room(context.channel), first=False)
    after = await context.talk.post(context.channel, card.text, card.blocks, request.level, about=candidate)
    if after.done:
        return Reply(shared.posted(context.channel))
    if after.unclear:
        return Reply(shared.unclear(context.channel, _agreed(context, candidate, request.level)))
    return _asks(context, candidate, after, first=False)


def _asks(context: Context, candidate: Candidate, answer: Posted, *, first: bool) -> Reply:
    """The question about this room as it is now; the first one stands beside the card that was shared."""
    room = answer.room
    if room is None and answer.refused not in NOT_IN_THERE:
        return Reply(shared.refused(answer.refused), beside=first)
    if room is None or not room.member:
        return Reply(shared.not_in_there(), beside=first)
    agreed = _agreed(context, candidate, room.level)
    card = _card(context, candidate, room.level)
    return Reply(shared.preview(card, room, agreed, changed=not first), beside=first)


def _agreed(context: Context, candidate: Candidate, level: Level) -> Run:
    """What *Post* carries. Each question has a word of its own, or a click on a later one would pass for an old one."""
    question = hashlib.blake2b(context.job.encode(), digest_size=6).hexdigest()
    text = f"{level.name} {_mark(_card(context, candidate, level))} {question}"
    return Run(command="/candidate", verb=SHARE, text=text, picks=context.picks)


def _card(context: Context, candidate: Candidate, level: Level) -> Card:
    return shared.shared(candidate, source_of(context), context.person.name, level)


def _mark(card: Card) -> str:
    """Differs when the card does."""
    said = json.dumps([card.text, list(card.blocks)])
    return hashlib.blake2b(said.encode(), digest_size=8).hexdigest()


SHARE_CARD = Command(
    name="/candidate",
    verb=SHARE,
    usage="/candidate share",
    example="/candidate share",
    summary="Post a candidate's card to the channel, after asking.",
    request=ShareRequest,
    parse=parse,
    run=run,
)
