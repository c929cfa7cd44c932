"""Builders for Block Kit that keep within Slack's limits, whatever they are given."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from urllib.parse import quote

from commands.base import Action, Block, Card, Continue, Opening, Run
from connectors.models import Record

SECTION = 3000
FIELD = 2000
FIELDS = 10
CONTEXT = 2000
HEADER = 150
BUTTON = 75
BUTTON_VALUE = 2000
BLOCKS = 50
ACTIONS = 25
FALLBACK = 1000
LINE = 150
"""How much of one value from a person or an ATS a line shows."""

_ADDRESS = re.compile(r"[\w.+-]+@[\w.-]+")


def esc(text: str) -> str:
    """Make text harmless in mrkdwn: `<!channel>` in a name must ping nobody."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def line(text: str, limit: int = LINE) -> str:
    """A value on one line, cut and escaped."""
    return esc(shortened(" ".join(text.split()), limit)) or "–"


def bold(text: str, limit: int = LINE) -> str:
    """A value in bold; an asterisk inside would end it."""
    return f"*{line(text.replace('*', '∗'), limit)}*"


def shortened(text: str, limit: int) -> str:
    """Cut raw text with an ellipsis; never in the middle of a joined emoji."""
    return text if len(text) <= limit else text[: limit - 1].rstrip("\u200d\ufe0f ") + "…"


def cut(mrkdwn: str, limit: int) -> str:
    """Cut finished mrkdwn with an ellipsis; an escape, link or date that would be torn goes whole."""
    if len(mrkdwn) <= limit:
        return mrkdwn
    kept = mrkdwn[: limit - 1]
    if kept.rfind("<") > kept.rfind(">"):
        kept = kept[: kept.rfind("<")]
    if (entity := kept.rfind("&")) >= 0 and ";" not in kept[entity:]:
        kept = kept[:entity]
    return kept + "…"


def listed(values: Iterable[str], limit: int = 500) -> str:
    """Values in a row, each escaped; what does not fit is counted."""
    given, shown = list(values), list[str]()
    for value in given:
        shown.append(line(value, 60))
        if sum(map(len, shown)) > limit:
            break
    rest = len(given) - len(shown)
    return ", ".join(shown) + (f" and {rest} more" if rest else "")


def mailto(address: str) -> str:
    """A link that opens a mail, where the address is one that needs no escaping."""
    return f"<mailto:{address}|{address}>" if _ADDRESS.fullmatch(address) else line(address)


def link(url: str, label: str) -> str:
    """A bar would begin a label of its own."""
    return f"<{web(url).replace('&', '&amp;')}|{line(label).replace('|', '¦')}>"


def web(url: str) -> str:
    """An address in which nothing can end a link."""
    return quote(url, safe=":/?#[]@!$&()*+,;=%~-._")


def moment(when: datetime, form: str = "{date_short_pretty} at {time}") -> str:
    """A time in the reader's own zone; the fallback is UTC."""
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    fallback = when.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
    return f"<!date^{int(when.timestamp())}^{form}|{fallback}>"


def _mrkdwn(text: str, limit: int) -> Block:
    # Verbatim: Slack must not make mentions or channels out of somebody's words.
    return {"type": "mrkdwn", "text": cut(text, limit) or "–", "verbatim": True}


def plain(text: str, limit: int) -> Block:
    """For our own words only: values from people belong in mrkdwn, escaped, or in an input."""
    return {"type": "plain_text", "text": shortened(text, limit) or "–", "emoji": True}


def section(mrkdwn: str, accessory: Block | None = None) -> Block:
    block: Block = {"type": "section", "text": _mrkdwn(mrkdwn, SECTION)}
    return {**block, "accessory": accessory} if accessory else block


def fields(pairs: Sequence[tuple[str, str]]) -> Block:
    """Label and finished mrkdwn, two in a row."""
    shown = [_mrkdwn(f"*{label}*\n{value}", FIELD) for label, value in pairs[:FIELDS]]
    return {"type": "section", "fields": shown}


def context(*mrkdwn: str) -> Block:
    return {"type": "context", "elements": [_mrkdwn(text, CONTEXT) for text in mrkdwn[:10]]}


def header(text: str) -> Block:
    return {"type": "header", "text": plain(text, HEADER)}


def divider() -> Block:
    return {"type": "divider"}


def actions(*buttons: Block) -> list[Block]:
    """A row of buttons; no block at all when there is none."""
    return [{"type": "actions", "elements": list(buttons[:ACTIONS])}] if buttons else []


def value_of(record: Record) -> str:
    """A record as JSON for a button or a form. Escaped, so that nothing in it ever reads as a mention."""
    text = record.model_dump_json(exclude_defaults=True)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def opening_value(opening: Opening, limit: int = BUTTON_VALUE) -> str:
    """An opening that fits: first the text it fills in gives way, then the name."""
    slimmer: tuple[dict[str, object], ...] = (
        {},
        {"text": ""},
        {"text": "", "name": shortened(opening.name or "", 40) or None},
    )
    texts = [value_of(opening.model_copy(update=less)) for less in slimmer]
    return next((text for text in texts if len(text) <= limit), texts[-1])


def button(
    label: str, action: Action, value: str | None = None, *, suffix: str = "", style: str = ""
) -> Block:
    made: Block = {
        "type": "button",
        "text": plain(label, BUTTON),
        "action_id": f"{action}:{suffix}" if suffix else str(action),
    }
    return {**made, **({"value": value} if value else {}), **({"style": style} if style else {})}


def opens(label: str, opening: Opening, *, suffix: str = "", style: str = "") -> Block:
    return button(label, Action.OPEN_FORM, opening_value(opening), suffix=suffix, style=style)


def chooses(label: str, go_on: Continue, *, suffix: str = "", style: str = "") -> Block:
    return button(label, Action.CHOOSE, value_of(go_on), suffix=suffix, style=style)


def runs(label: str, run: Run, *, suffix: str = "", style: str = "") -> Block:
    return button(label, Action.RUN, value_of(run), suffix=suffix, style=style)


def edits(go_on: Continue, *, suffix: str = "") -> Block:
    """Opens the form of what was refused, as it was filled in."""
    return button("Edit and send again", Action.EDIT, value_of(go_on), suffix=suffix)


def leads(label: str, url: str, *, suffix: str = "") -> Block:
    return {**button(label, Action.LINK, suffix=suffix), "url": web(url)}


def confirmed(made: Block, question: str, detail: str, yes: str) -> Block:
    """The button, asking once more before it does what it says."""
    confirm = {"title": plain(question, 100), "text": _mrkdwn(detail, 300), "confirm": plain(yes, 30)}
    return {**made, "confirm": {**confirm, "deny": plain("Cancel", 30)}}


def card(text: str, *blocks: Block | Sequence[Block]) -> Card:
    """A card from blocks and rows of blocks. `text` is finished mrkdwn, for screen readers and notifications."""
    flat = [each for block in blocks for each in ([block] if isinstance(block, dict) else block)]
    return Card(cut(text, FALLBACK) or "–", flat[:BLOCKS])


def spoken(mrkdwn: str) -> str:
    """The text of a card from its first line: without the marks of bold."""
    return mrkdwn.replace("*", "").split("\n", 1)[0]
