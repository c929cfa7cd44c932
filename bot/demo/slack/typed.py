"""What Slack makes of text that a person types: escaped, with links, people, and channels marked."""

import re
from collections.abc import Iterable, Mapping

from bot.demo.slack.people import Channel, Group
from bot.demo.slack.wire import Json

_ESCAPES = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"))
_URL = r"(?P<url>https?://[^\s<>|]+[^\s<>|.,;:!?)\]])"
_EMAIL = r"(?P<email>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
_CHANNEL = r"(?<![\w&])#(?P<channel>[\w-]+)"
_PERSON = r"(?<![\w.])@(?P<person>\w[\w-]*)"
_MARKS = re.compile("|".join((_URL, _EMAIL, _CHANNEL, _PERSON)))


def escaped(text: str) -> str:
    """The three characters that mean something in Slack's markup, made harmless."""
    for mark, harmless in _ESCAPES:
        text = text.replace(mark, harmless)
    return text


_MARK = re.compile(r"<(?P<target>[^<>|]+)(?:\|(?P<label>[^<>]*))?>")
_NAMED = {"@": ("user", "user_id"), "#": ("channel", "channel_id")}


def rich_elements(marked: str) -> list[Json]:
    """The elements of a rich_text_section that says the same as `marked`."""
    found: list[Json] = []
    end = 0
    for mark in _MARK.finditer(marked):
        found += [*_words(marked[end : mark.start()]), _marked(mark["target"], mark["label"])]
        end = mark.end()
    return [*found, *_words(marked[end:])]


def _words(text: str) -> list[Json]:
    for mark, harmless in reversed(_ESCAPES):
        text = text.replace(harmless, mark)
    return [{"type": "text", "text": text}] if text else []


def _marked(target: str, label: str | None) -> Json:
    if target.startswith("!subteam^"):
        return {"type": "usergroup", "usergroup_id": target.removeprefix("!subteam^")}
    if target[0] in _NAMED:
        kind, field = _NAMED[target[0]]
        return {"type": kind, field: target[1:]}
    return {"type": "link", "url": target, **({"text": label} if label else {})}


def typed(
    text: str,
    users: Mapping[str, str],
    channels: Iterable[Channel],
    groups: Iterable[Group] = (),
    *,
    named: bool = False,
) -> str:
    """A message as the bot receives it, or, with people `named`, a command; `users` are ids by handle."""
    teams = {one.handle: f"<!subteam^{one.id}|@{one.handle}>" for one in groups if not one.disabled}
    people = teams | {
        name: f"<@{user_id}|{name}>" if named else f"<@{user_id}>" for name, user_id in users.items()
    }
    rooms = {channel.name: f"<#{channel.id}|{channel.name}>" for channel in channels if channel.kind != "app"}

    def marked(found: re.Match[str]) -> str:
        whole = found[0]
        if found["url"]:
            return f"<{whole}>"
        if found["email"]:
            return f"<mailto:{whole}|{whole}>"
        known = rooms.get(found["channel"] or "") or people.get(found["person"] or "")
        return known or whole

    return _MARKS.sub(marked, escaped(text))
