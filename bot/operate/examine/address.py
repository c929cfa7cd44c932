"""The public address, asked from outside in: what Slack would find there."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlsplit

import aiohttp

from bot.operate.finding import Finding, bad, doubtful, good
from bot.operate.manifest import EVENTS
from bot.settings import Settings

ABOUT, CERTIFICATE = "Public address", "Certificate"
SOON = 14 * 86_400.0
"""Seconds; whoever renews certificates does so a month before the end."""
PROXY = "Look whether the name leads to this machine, the port is open, and the proxy runs."


@dataclass(frozen=True)
class Address:
    """`trust` is what certificates are checked with."""

    url: str
    settings: Settings | None
    session: aiohttp.ClientSession
    trust: ssl.SSLContext
    clock: Callable[[], float] = time.time

    async def look(self) -> list[Finding]:
        try:
            found = [await self._alive(), *await self._closed()]
        except aiohttp.ClientConnectorCertificateError:
            return [
                bad(
                    CERTIFICATE,
                    "it is not valid for this address",
                    "Slack takes only one that browsers take.",
                )
            ]
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            return [bad(ABOUT, f"it cannot be reached ({type(error).__name__})", PROXY)]
        return [*found, *await self._certificate()]

    async def _alive(self) -> Finding:
        status, text = await self._get("GET", "/healthz")
        if status == HTTPStatus.OK and '"alive"' in text:
            return good(ABOUT, "Shortlist answers there")
        return bad(ABOUT, f"somebody else answers there ({status})", PROXY)

    async def _closed(self) -> list[Finding]:
        """What nobody but Slack may use, and what nobody outside may read."""
        status, _ = await self._get("POST", EVENTS)
        metrics, _ = await self._get("GET", "/metrics")
        found = [good(EVENTS, "refuses what Slack has not signed")]
        if status == HTTPStatus.NOT_FOUND and self.settings and self.settings.socket_mode:
            found = [
                doubtful(
                    EVENTS, "nothing listens there", "With SHORTLIST_SLACK_APP_TOKEN Slack needs no address."
                )
            ]
        elif status != HTTPStatus.UNAUTHORIZED:
            found = [
                bad(
                    EVENTS,
                    f"answers {status} to what Slack has not signed",
                    "It has to be 401: look at the proxy.",
                )
            ]
        if metrics == HTTPStatus.OK:
            found.append(
                doubtful(
                    "/metrics",
                    "everybody can read it",
                    "Set SHORTLIST_METRICS_TOKEN, or keep it from the proxy.",
                )
            )
        return found

    async def _get(self, method: str, path: str) -> tuple[int, str]:
        address = self.url.rstrip("/") + path
        async with self.session.request(method, address, ssl=self.trust, allow_redirects=False) as answer:
            return answer.status, await answer.text(errors="replace")

    async def _certificate(self) -> list[Finding]:
        parts = urlsplit(self.url)
        if parts.scheme != "https":
            return [doubtful(CERTIFICATE, "there is none: Slack speaks only to https:// addresses")]
        _, writer = await asyncio.open_connection(parts.hostname, parts.port or 443, ssl=self.trust)
        try:
            shown = writer.get_extra_info("peercert") or {}
        finally:
            writer.close()
        left = ssl.cert_time_to_seconds(str(shown["notAfter"])) - self.clock()
        said = f"valid for {left / 86_400:.0f} more days"
        return [
            good(CERTIFICATE, said)
            if left > SOON
            else doubtful(CERTIFICATE, said, "Look why it is not renewed.")
        ]
