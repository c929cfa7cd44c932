"""Tells an address that anybody may fetch from one that leads into somebody's own network."""

from __future__ import annotations

import re
from ipaddress import IPv6Network, ip_address

_ADDRESS = re.compile(
    r"https?://(?P<host>\[[0-9a-f:.]+\]|[a-z0-9.-]+)(?P<port>:[0-9]{1,5})?(?:[/?#][!-~]*)?", re.I
)
"""One that no two parsers read differently: no user, no backslash, nothing but ASCII."""
_OWN = (".localhost", ".local", ".internal", ".intranet", ".lan", ".home", ".corp", ".private", ".arpa")
"""How names end that mean something else, or nothing, outside of a network."""
_TRANSLATED = IPv6Network("64:ff9b::/96")
"""Addresses that a gateway turns into those of IPv4, private ones as well."""
_NUMBER = re.compile(r"(?:0x[0-9a-f]*|[0-9]+)", re.I)


def is_public(url: str) -> bool:
    """Whether a URL is of the web and names no private, local or link-local host, in no spelling of an address.

    What a name resolves to is not asked: whoever fetches the URL has another network than ours.
    """
    found = _ADDRESS.fullmatch(url)
    if not found or len(url) > 2_000:
        return False
    host = found["host"].casefold().rstrip(".")
    if host.startswith("["):
        return _is_global(host.strip("[]"))
    labels = host.split(".")
    if _NUMBER.fullmatch(labels[-1]):
        # 127.1, 0177.0.0.1 and 2130706433 are addresses, too: only the plain form is taken.
        return _is_global(host)
    return len(labels) > 1 and all(labels) and not host.endswith(_OWN)


def _is_global(text: str) -> bool:
    try:
        address = ip_address(text)
    except ValueError:
        return False
    if address in _TRANSLATED:
        return False
    inner = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None)
    return address.is_global and not address.is_multicast and (inner is None or inner.is_global)
