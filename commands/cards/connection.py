"""Connections: which ATSs a workspace speaks to, and how they are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from commands.base import Block, Card, ConnectionInfo, Opening
from commands.cards import blocks
from commands.cards.form import notice
from commands.ports.watching import Problem, WatchState
from connectors.models import Account


class Vendor(NamedTuple):
    """An ATS that can be connected."""

    vendor: str
    title: str


class Health(NamedTuple):
    """One connection and how it is: the account it belongs to, or a sentence about what is wrong."""

    connection: ConnectionInfo
    account: Account | None
    problem: str | None = None
    watch: WatchState | None = None


WATCH_PROBLEMS = {
    Problem.AWAY: "the ATS does not answer",
    Problem.REFUSED: "the ATS does not accept the key",
    Problem.UNSUPPORTED: "the ATS cannot tell what changes",
    Problem.LOCKED: "the encryption key it was saved with is missing",
    Problem.ODD: "something went wrong here, and it is in the log",
}


def vendor_buttons(vendors: Sequence[Vendor]) -> list[Block]:
    return blocks.actions(
        *(
            blocks.opens(
                f"Connect {each.title}",
                Opening(command="/ats", verb="connect", vendor=each.vendor),
                suffix=each.vendor,
            )
            for each in vendors
        )
    )


def vendors_card(vendors: Sequence[Vendor]) -> Card:
    return blocks.card(
        "Which ATS would you like to connect?",
        blocks.section("*Which ATS would you like to connect?*"),
        vendor_buttons(vendors),
    )


def connected_card(connection: ConnectionInfo, account: Account) -> Card:
    fact = _connected(connection, account)
    return blocks.card(
        blocks.spoken(fact),
        blocks.section(f":white_check_mark: {fact}"),
        blocks.context(_next(connection)),
    )


def connected_view(connection: ConnectionInfo, account: Account) -> Block:
    """What the form shows once the key is verified and saved."""
    shown = [
        blocks.section(f":white_check_mark: {_connected(connection, account)}"),
        blocks.context(_next(connection)),
    ]
    return notice("Connected", shown)


def status_card(healths: Sequence[Health]) -> Card:
    """Each connection on a line of its own; whoever is not well says why."""
    well = sum(each.account is not None for each in healths)
    fact = f"{well} of {len(healths)} ATS connections work." if healths else "No ATS is connected yet."
    rows = [
        blocks.section("\n".join(_health(each) for each in healths[at : at + 5]))
        for at in range(0, len(healths), 5)
    ]
    return blocks.card(fact, blocks.section(f"*{fact}*"), rows)


def disconnected_card(connection: ConnectionInfo) -> Card:
    fact = f"{blocks.bold(connection.name)} is disconnected, and its key is deleted here."
    return blocks.card(
        blocks.spoken(fact),
        blocks.section(f":white_check_mark: {fact}"),
        blocks.context(
            f"Nothing in {blocks.line(connection.title)} was changed. Revoke the key there as well."
        ),
    )


def default_card(connection: ConnectionInfo, channel: str | None) -> Card:
    """`channel` is a channel's id; without one it is the default of the workspace."""
    where = f"of <#{blocks.esc(channel)}>" if channel else "of this workspace"
    fact = f"{blocks.bold(connection.name)} is now the default ATS {where}."
    return blocks.card(blocks.spoken(fact), blocks.section(f":white_check_mark: {fact}"))


def no_default_card(channel: str) -> Card:
    fact = f"<#{blocks.esc(channel)}> has no ATS of its own any more: it uses the default of this workspace."
    return blocks.card(fact, blocks.section(f":white_check_mark: {fact}"))


def named(connection: ConnectionInfo) -> str:
    """Name and vendor of a connection, as mrkdwn."""
    title = blocks.line(connection.title)
    same = connection.name.casefold() == connection.title.casefold()
    return blocks.bold(connection.title) if same else f"{blocks.bold(connection.name)} ({title})"


def _connected(connection: ConnectionInfo, account: Account) -> str:
    return f"Connected to {named(connection)} as {blocks.line(account.name)}."


def _next(connection: ConnectionInfo) -> str:
    if connection.default:
        return "It is the default of this workspace: try `/candidate find NAME`."
    return f"Say `via {blocks.esc(_word(connection.name))}` at the end of a command to use it."


def _word(name: str) -> str:
    return f'"{name}"' if " " in name else name


def _health(each: Health) -> str:
    mark = ":white_check_mark:" if each.account else ":warning:"
    state = (
        f"connected as {blocks.line(each.account.name)}" if each.account else each.problem or "not working"
    )
    defaults = [
        *(["default"] if each.connection.default else []),
        *(f"default of <#{blocks.esc(channel)}>" for channel in each.connection.channels[:5]),
    ]
    said = f"{mark} {named(each.connection)}: {state}" + (f" — {', '.join(defaults)}" if defaults else "")
    return f"{said}\n{_watch(each.watch)}" if each.watch else said


def _watch(watch: WatchState) -> str:
    """When it last worked, or why it does not."""
    last = f"last worked {_when(watch.worked)}" if watch.worked else "has not worked yet"
    if watch.problem is None:
        return f":eyes: Announcements: {last}." if watch.worked else ":eyes: Announcements: begin shortly."
    then = "paused until it is connected again" if watch.paused else f"next try {_when(watch.next_at)}"
    return f":warning: Announcements: {WATCH_PROBLEMS[watch.problem]}; {last}; {then}."


def _when(moment: float) -> str:
    return blocks.moment(datetime.fromtimestamp(moment, UTC))
