"""What Slack makes of text that a person types: escaped, with links, people, and channels marked."""

import re
from collections.abc import Iterable, Mapping

from bot.demo.slack.people import Channel

_ESCAPES = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"))
_URL = r"(?P<url>https?://[^\s<>|]+[^\s<>|.,;:!?)\]])"
_EMAIL = r"(?P<email>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
_CHANNEL = r"(?<![\w&])#(?P<channel>[\w-]+)"
_PERSON = r"(?<![\w.])@(?P<person>\w+)"
_MARKS = re.compile("|".join((_URL, _EMAIL, _CHANNEL, _PERSON)))


def escaped(text: str) -> str:
    """The three characters that mean something in Slack's markup, made harmless."""
    for mark, harmless in _ESCAPES:
        text = text.replace(mark, harmless)
    return text


def typed(text: str, users: Mapping[str, str], channels: Iterable[Channel]) -> str:
    """A message, or a command with `should_escape`, as the bot receives it; `users` are ids by handle."""
    people = {name: f"<@{user_id}|{name}>" for name, user_id in users.items()}
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
