"""One list of trusted certificates for all clients of a process: each reads a quarter of a megabyte otherwise."""

import ssl
from functools import cache

import httpx


def share() -> None:
    """Tests make thousands of clients that only speak to this machine, and bots by the hundred."""
    ssl.create_default_context = cache(ssl.create_default_context)  # type: ignore[assignment]
    httpx.create_ssl_context(trust_env=False)
