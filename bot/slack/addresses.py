"""Addresses that payloads and answers of Slack name, checked before anything is sent there or fetched from there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

HOOKS = frozenset({"hooks.slack.com", "hooks.slack-gov.com"})
"""Hosts of Slack's reply addresses."""
FILES = (".slack.com", ".slack-gov.com")
"""How the hosts end that keep files."""
_PLAIN = re.compile(r"https://(?P<host>[a-z0-9.-]+)(?:[/?][!-~]*)?")
"""An address that no two parsers read differently: no port, no user, no backslash, nothing but ASCII."""


class Addresses:
    """Slack's own hosts over TLS, and where the operator says that the Web API is."""

    def __init__(self, api_url: str) -> None:
        api = urlsplit(api_url)
        self._own = f"{api.scheme}://{api.netloc}/"

    def takes_replies(self, url: str) -> bool:
        """Whether answers may go there: a forged address would have us post people's data anywhere."""
        return self._is_own(url) or _host(url) in HOOKS

    def keeps_files(self, url: str) -> bool:
        """Whether the bot's token may go there."""
        return self._is_own(url) or _host(url).endswith(FILES)

    def _is_own(self, url: str) -> bool:
        return url.startswith(self._own)


def _host(url: str) -> str:
    found = _PLAIN.fullmatch(url)
    return found["host"] if found else ""


def patience(headers: Mapping[str, str], default: float = 5.0, most: float = 3600.0) -> float:
    """Seconds that a `Retry-After` asks for; it may also be a date, which nobody who is rate-limited sends."""
    said = headers.get("Retry-After", "")
    return min(float(said), most) if re.fullmatch(r"[0-9]{1,6}", said) else default
