"""Slack's message as lines of plain text, whatever it is made of."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from connectors.models import Record

TEXT_LIMIT = 60_000
DEPTH = 12
"""Slack nests lists and quotes a few levels deep; what goes deeper is no message."""

_MARKUP = re.compile(r"<([^<>|\n]{1,3000})(?:\|([^<>\n]{0,3000}))?>")
Node = Mapping[str, object]


class Message(Record):
    """What a message says; `blocks` and `attachments` are their text, `files` their names."""

    text: str = ""
    blocks: str = ""
    attachments: str = ""
    files: tuple[str, ...] = ()

    @classmethod
    def from_slack(cls, message: Mapping[str, object]) -> Message:
        """Read Slack's object; what is not as it should be is left out."""
        return cls(
            text=_mrkdwn(_string(message, "text")),
            blocks=_joined(_block(block, 0) for block in _nodes(message, "blocks")),
            attachments=_joined(_attachment(each) for each in _nodes(message, "attachments")),
            files=tuple(filter(None, (_file(each) for each in _nodes(message, "files")))),
        )

    @property
    def plain(self) -> str:
        """Everything as lines; blocks say more than `text`, which repeats them for notifications."""
        said = self.blocks or self.text
        return "\n\n".join(filter(None, (said, self.attachments, "\n".join(self.files))))[:TEXT_LIMIT]


def message_text(message: Mapping[str, object]) -> str:
    """The lines of a message as Slack sends it."""
    return Message.from_slack(message).plain


def _string(node: Node, key: str) -> str:
    value = node.get(key)
    return value[:TEXT_LIMIT] if isinstance(value, str) else ""


def _node(node: Node, key: str) -> Node:
    value = node.get(key)
    return value if isinstance(value, Mapping) else {}


def _nodes(node: Node, key: str) -> list[Node]:
    value = node.get(key)
    items = value if isinstance(value, Sequence) and not isinstance(value, str | bytes) else ()
    return [each for each in items[:1000] if isinstance(each, Mapping)]


def _joined(lines: Iterator[str]) -> str:
    return "\n".join(line for line in lines if line.strip())[:TEXT_LIMIT]


def _mrkdwn(text: str) -> str:
    """What the author saw: links as `label <address>`, mentions as they are, `& < >` as letters."""
    return html.unescape(_MARKUP.sub(_shown, text)).replace("\0", "") if text else ""


def _shown(markup: re.Match[str]) -> str:
    target, label = markup[1], html.unescape(markup[2] or "")
    if target.startswith(("@", "#", "!")):
        # A mention is nobody's name, and a channel is no tag.
        return f"&lt;{target}&gt;"
    return _link(target, label)


def _link(target: str, label: str) -> str:
    """An address alone where the label only repeats it."""
    bare = target.removeprefix("mailto:").removeprefix("tel:")
    repeated = not label.strip() or _core(label) in _core(target) or target.startswith("tel:")
    return bare if repeated else f"{label} <{bare}>".replace("<", "&lt;").replace(">", "&gt;")


def _core(text: str) -> str:
    return re.sub(r"^(?:mailto:|tel:|https?://)?(?:www\.)?", "", text.strip().casefold()).rstrip("/…")


def _file(file: Node) -> str:
    return (_string(file, "name") or _string(file, "title")).replace("\n", " ")[:200]


def _attachment(attachment: Node) -> str:
    fields = (f"{_string(each, 'title')}: {_string(each, 'value')}" for each in _nodes(attachment, "fields"))
    own = [_mrkdwn(_string(attachment, key)) for key in ("pretext", "title", "text")]
    inner = [_block(block, 0) for block in _nodes(attachment, "blocks")]
    found = _joined(iter([*own, *(_mrkdwn(field) for field in fields), *inner]))
    return found or _mrkdwn(_string(attachment, "fallback"))


def _block(block: Node, depth: int) -> str:
    """One block, element or object of text, and what is in it."""
    if depth > DEPTH:
        return ""
    kind = _string(block, "type")
    draw = _KINDS.get(kind)
    return draw(block, depth + 1) if draw else _anything(block, depth + 1)


def _anything(block: Node, depth: int) -> str:
    """Blocks that are not known here, and those that are made of texts."""
    texts = [
        _block(_node(block, key), depth) for key in ("title", "text", "subtitle", "body") if _node(block, key)
    ]
    inner = [_block(each, depth) for key in ("fields", "elements") for each in _nodes(block, key)]
    return _joined(iter([*texts, *inner]))


def _run_of(block: Node, depth: int) -> str:
    return "".join(_block(each, depth) for each in _nodes(block, "elements"))


def _list(block: Node, depth: int) -> str:
    return _joined(f"• {_block(each, depth)}" for each in _nodes(block, "elements"))


def _quote(block: Node, depth: int) -> str:
    return "\n".join(f"> {line}" for line in _run_of(block, depth).splitlines())


def _preformatted(block: Node, depth: int) -> str:
    return f"```\n{_run_of(block, depth)}\n```"


def _table(block: Node, depth: int) -> str:
    rows = block.get("rows")
    found = list[str]()
    for row in rows[:200] if isinstance(rows, list) else ():
        cells = [each for each in row if isinstance(each, Mapping)] if isinstance(row, list) else []
        found.append(" | ".join(_block(cell, depth).replace("\n", " ") for cell in cells))
    return "\n".join(found)


def _plain_text(block: Node, depth: int) -> str:
    return _string(block, "text").replace("\0", "")


def _mention(sign: str, key: str) -> Callable[[Node, int], str]:
    return lambda block, depth: f"<{sign}{_string(block, key)}>"


_KINDS: Mapping[str, Callable[[Node, int], str]] = {
    "mrkdwn": lambda block, depth: _mrkdwn(_string(block, "text")),
    "plain_text": _plain_text,
    "raw_text": _plain_text,
    "text": _plain_text,
    "link": lambda block, depth: html.unescape(_link(_string(block, "url"), _string(block, "text"))),
    "user": _mention("@", "user_id"),
    "channel": _mention("#", "channel_id"),
    "usergroup": _mention("!subteam^", "usergroup_id"),
    "broadcast": _mention("!", "range"),
    "emoji": lambda block, depth: f":{_string(block, 'name')}:",
    "date": lambda block, depth: _string(block, "fallback"),
    "rich_text_section": _run_of,
    "rich_text_list": _list,
    "rich_text_quote": _quote,
    "rich_text_preformatted": _preformatted,
    "table": _table,
}
