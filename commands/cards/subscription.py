"""Subscriptions as people see them: what a channel hears, and why."""

from __future__ import annotations

from collections.abc import Sequence

from commands.base import Block, Card, ConnectionInfo, Opening, Picks, Run
from commands.cards import blocks, form
from commands.cards.shared import REFUSED, WHO_SEES
from commands.ports.rooms import Room
from commands.ports.subscription import ALL, BUDGET, WORDS, Filters, Subscription
from commands.text.grammar import quoted
from connectors.models import ChangeKind

SUBSCRIBE, UNSUBSCRIBE, MUTE = "subscribe", "unsubscribe", "mute"
LABELS = {
    ChangeKind.ADDED: "A candidate is added",
    ChangeKind.MOVED: "A candidate is moved",
    ChangeKind.NOTED: "A note is written with Shortlist",
    ChangeKind.TAGGED: "A candidate's tags change",
    ChangeKind.HIRED: "A candidate is hired",
    ChangeKind.REJECTED: "A candidate is rejected",
    ChangeKind.JOB_OPENED: "A job is opened",
    ChangeKind.JOB_CLOSED: "A job is closed",
}
STOPPED = {
    "not_in_channel": "I am not in there any more.",
    "channel_not_found": "I cannot see it any more.",
    "locked": "What it filters by cannot be opened with the present encryption keys.",
}
ROWS = 20


def subscribed(subscription: Subscription, connection: ConnectionInfo, room: Room, *, instead: bool) -> Card:
    fact = f"{_channel(subscription)} now hears about {blocks.bold(connection.name)}."
    before = "It replaces what was subscribed there before." if instead else ""
    return blocks.card(
        blocks.spoken(fact),
        blocks.section(f":white_check_mark: {fact}"),
        blocks.section(about(subscription)),
        blocks.context(WHO_SEES[room.level], *([before] if before else [])),
    )


def unsubscribed(channel: str, gone: Sequence[str]) -> Card:
    """`gone` are the names of the connections that the channel hears no more of."""
    names = " and ".join(blocks.bold(name) for name in gone)
    fact = f"<#{blocks.esc(channel)}> hears no more about {names}." if gone else nothing_fact(channel)
    return blocks.card(blocks.spoken(fact), blocks.section(f":white_check_mark: {fact}" if gone else fact))


def nothing_fact(channel: str) -> str:
    return f"<#{blocks.esc(channel)}> is not subscribed to anything."


def not_in_there(channel: str, run: Run | None) -> Card:
    """The bot has to be in a channel; of a private one Slack does not even say that it exists."""
    fact = f"I am not in <#{blocks.esc(channel)}>, so nothing can be announced there yet."
    step = "Type `/invite @Shortlist` in that channel, then subscribe once more."
    return blocks.card(
        fact,
        blocks.section(f"{fact}\n{step}"),
        blocks.actions(*([blocks.runs("Subscribe now", run, style="primary")] if run else [])),
    )


def refused(code: str) -> Card:
    fact = REFUSED.get(code, "Slack does not let me post there.")
    return blocks.card(fact, blocks.section(f":warning: {fact} Nothing was subscribed."))


def cannot_post(subscription: Subscription, code: str) -> Card:
    """For whoever subscribed, once; what was missed meanwhile is not posted later."""
    reason = STOPPED.get(code) or REFUSED.get(code, "Slack does not let me post there any more.")
    fact = f"Announcements in {_channel(subscription)} are paused. {reason}"
    step = "Invite me there with `/invite @Shortlist`, then subscribe again."
    run = again(subscription)
    return blocks.card(
        fact,
        blocks.section(f":double_vertical_bar: {fact}\n{step}"),
        blocks.actions(*([blocks.runs("Subscribe again", run)] if run else [])),
    )


def all_of_them(rows: Sequence[tuple[Subscription, ConnectionInfo | None]]) -> Card:
    fact = f"{len(rows)} {'subscription' if len(rows) == 1 else 'subscriptions'}."
    shown = [block for each in rows[:ROWS] for block in _row(*each)]
    rest = [blocks.context(f"and {len(rows) - ROWS} more")] if len(rows) > ROWS else []
    hint = "`/ats subscribe` opens the form for another one."
    return blocks.card(fact, blocks.section(f"*{fact}*"), shown, rest, blocks.context(hint))


def _row(subscription: Subscription, connection: ConnectionInfo | None) -> list[Block]:
    name = blocks.bold(connection.name) if connection else "an ATS"
    paused = (
        f"  ·  :double_vertical_bar: paused: {_stopped(subscription.paused)}" if subscription.paused else ""
    )
    said = f"{_channel(subscription)} hears about {name}{paused}\n{about(subscription)}"
    return [blocks.section(said)]


def _stopped(code: str) -> str:
    return STOPPED.get(code) or REFUSED.get(code, "Slack does not let me post there.")


def explained(
    subscription: Subscription, connection: ConnectionInfo, kind: ChangeKind | None, *, admin: bool
) -> Card:
    """Why somebody sees a card, and what can be done about it at once."""
    fact = f"{_channel(subscription)} is subscribed to {blocks.bold(connection.name)}."
    who = f"<@{blocks.esc(subscription.by)}>" if subscription.by else "an admin"
    asked = f"It was asked for by {who}."
    if not admin:
        step = f"To change that, ask {who} or another admin of this workspace."
        return blocks.card(
            blocks.spoken(fact), blocks.section(f"{fact} {step}"), blocks.section(about(subscription))
        )
    return blocks.card(
        blocks.spoken(fact),
        blocks.section(f"{fact} {asked}"),
        blocks.section(about(subscription)),
        blocks.actions(*_mutes(subscription, kind), _leave(subscription), _change(subscription)),
    )


def not_any_more(channel: str) -> Card:
    fact = f"{nothing_fact(channel)} Nothing more will be posted here."
    return blocks.card(fact, blocks.section(fact))


def muted(subscription: Subscription, kind: ChangeKind) -> Card:
    fact = f"{_channel(subscription)} hears no more of “{WORDS[kind]}”."
    return blocks.card(
        fact, blocks.section(f":white_check_mark: {fact}"), blocks.section(about(subscription))
    )


def about(subscription: Subscription) -> str:
    """What it tells, in one or two lines of mrkdwn."""
    kinds = ", ".join(WORDS[kind] for kind in subscription.kinds) or "nothing"
    only = [
        f"{label} {' or '.join(blocks.bold(each, 60) for each in named[:5])}"
        for label, named in _filters(subscription.filters)
    ]
    week = " A summary comes each Monday." if subscription.weekly else ""
    where = f"\nOnly {', '.join(only)}." if only else ""
    return f"Tells: {kinds}. At most {subscription.budget} cards an hour.{week}{where}"


def as_typed(subscription: Subscription) -> str:
    """The text of a command that subscribes to the same."""
    named = [
        f"{word} {quoted(each)}"
        for word, each_of in zip(("pool", "job", "stage", "tag"), _named(subscription.filters), strict=True)
        for each in each_of
    ]
    week = ["weekly"] if subscription.weekly else []
    kinds = [WORDS[kind] for kind in subscription.kinds]
    budget = [] if subscription.budget == BUDGET else [f"budget {subscription.budget}"]
    return " ".join([f"<#{subscription.channel}>", *kinds, *named, *budget, *week])


def subscribe_form(subscription: Subscription, opening: Opening, problem: str | None) -> Block:
    filters = subscription.filters
    hint = "Their titles, separated by commas; empty means all."
    inputs = [
        form.conversation("channel", "Channel", _first(subscription.channel or opening.channel)),
        form.checkboxes(
            "kinds",
            "Announce when",
            [(LABELS[k], WORDS[k]) for k in ALL],
            [WORDS[k] for k in subscription.kinds],
        ),
        form.text_input(
            "pools", "Only these talent pools", ", ".join(filters.pools), hint=hint, optional=True
        ),
        form.text_input("jobs", "Only these jobs", ", ".join(filters.jobs), optional=True),
        form.text_input("stages", "Only these stages", ", ".join(filters.stages), optional=True),
        form.text_input("tags", "Only these tags", ", ".join(filters.tags), optional=True),
        form.text_input(
            "budget",
            "Cards an hour",
            str(subscription.budget),
            hint="More than these are gathered in one post.",
        ),
        form.checkboxes(
            "weekly",
            "Summary",
            [("Each Monday, what the week brought", "weekly")],
            ["weekly"] if subscription.weekly else [],
            optional=True,
        ),
    ]
    return form.modal("Announcements", "Subscribe", opening, inputs, problem)


def _first(channel: str | None) -> str | None:
    """What the form begins with: a conversation with somebody is no channel."""
    return channel if channel and channel[0] in "CG" else None


def _mutes(subscription: Subscription, kind: ChangeKind | None) -> list[Block]:
    """Where the card does not say what happened, each kind that it may have been."""
    hidden = [
        k
        for k in subscription.kinds
        if k not in (ChangeKind.ADDED, ChangeKind.JOB_OPENED, ChangeKind.JOB_CLOSED)
    ]
    offered = [kind] if kind else hidden
    return [
        blocks.runs(
            f"Mute “{WORDS[each]}” here",
            _run(subscription, MUTE, f"{subscription.channel} {WORDS[each]}"),
            suffix=each,
        )
        for each in offered
        if each in subscription.kinds
    ]


def _leave(subscription: Subscription) -> Block:
    run = _run(subscription, UNSUBSCRIBE, f"<#{subscription.channel}>")
    return blocks.runs("Unsubscribe", run, suffix=UNSUBSCRIBE, style="danger")


def _change(subscription: Subscription) -> Block:
    opening = Opening(
        command="/ats",
        verb=SUBSCRIBE,
        connection=subscription.connection,
        channel=subscription.channel,
        text=as_typed(subscription),
    )
    return blocks.opens("Change…", opening, suffix=SUBSCRIBE)


def again(subscription: Subscription) -> Run | None:
    """What subscribes to the same once more, unless its filters are longer than a button can hold."""
    run = _run(subscription, SUBSCRIBE, as_typed(subscription))
    return run if len(blocks.value_of(run)) <= blocks.BUTTON_VALUE else None


def _run(subscription: Subscription, verb: str, text: str) -> Run:
    return Run(command="/ats", verb=verb, text=text, picks=Picks(connection=subscription.connection))


def _channel(subscription: Subscription) -> str:
    return f"<#{blocks.esc(subscription.channel)}>"


def _named(filters: Filters) -> tuple[tuple[str, ...], ...]:
    return (filters.pools, filters.jobs, filters.stages, filters.tags)


def _filters(filters: Filters) -> list[tuple[str, tuple[str, ...]]]:
    labels = ("in the talent pool", "in the job", "at the stage", "with the tag")
    return [(label, named) for label, named in zip(labels, _named(filters), strict=True) if named]
