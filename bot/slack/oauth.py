"""`/slack/install` and `/slack/oauth_redirect`: a workspace installs the app with its admin's consent."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable, Sequence
from urllib.parse import urlencode

import structlog
from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, SecretStr
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.client import PASSING, SlackAway, meaning, oauth_access
from bot.slack.consent import Refusal, page, refused, welcome
from bot.store.base import Store, Write
from bot.store.installations import Installation, InstallationTable
from bot.store.once import first_time
from bot.store.vault import CannotOpen, Vault

log = structlog.get_logger()

INSTALL, REDIRECT = "/slack/install", "/slack/oauth_redirect"
LIFE = 600
"""Seconds between the start of an installation and its end."""
COOKIE = "shortlist_install"


class _Named(BaseModel):
    id: str
    name: str = ""


class _Installer(BaseModel):
    id: str | None = None


class _Granted(BaseModel):
    """The answer of `oauth.v2.access`; `team` is null when an organisation has installed the app."""

    model_config = ConfigDict(hide_input_in_errors=True)

    access_token: SecretStr = Field(min_length=1)
    refresh_token: SecretStr | None = None
    expires_in: float | None = None
    bot_user_id: str = Field(min_length=1)
    app_id: str = ""
    team: _Named | None = None
    enterprise: _Named | None = None
    is_enterprise_install: bool = False
    authed_user: _Installer = _Installer()

    @property
    def place(self) -> _Named | None:
        """The workspace, or the organisation if all of it installed the app."""
        whole = self.is_enterprise_install or self.team is None
        return self.enterprise if whole else self.team


class Installing:
    """The state is sealed for the browser's cookie: another browser cannot open it, and it opens once."""

    def __init__(
        self,
        table: InstallationTable,
        store: Store,
        vault: Vault,
        client: AsyncWebClient,
        *,
        client_id: str,
        client_secret: SecretStr,
        authorize_url: str,
        scopes: Sequence[str],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._table, self._store, self._vault = table, store, vault
        self._client, self._clock = client, clock
        self._client_id, self._client_secret = client_id, client_secret
        self._authorize_url, self._scopes = authorize_url, ",".join(scopes)

    def routes(self) -> list[web.RouteDef]:
        return [web.get(INSTALL, self.install), web.get(REDIRECT, self.redirected)]

    async def install(self, request: web.Request) -> web.Response:
        """Off to Slack, with a state that only this browser can bring back."""
        browser = secrets.token_urlsafe(24)
        state = self._vault.seal(_owner(browser), str(self._clock() + LIFE))
        asked = urlencode({"client_id": self._client_id, "scope": self._scopes, "state": state})
        away = web.Response(status=302, headers={"Location": f"{self._authorize_url}?{asked}"})
        away.headers["Cache-Control"] = "no-store"
        # Lax, since Slack leads the browser back here from another site.
        away.set_cookie(
            COOKIE,
            browser,
            max_age=LIFE,
            path="/slack",
            httponly=True,
            samesite="Lax",
            secure=self._authorize_url.startswith("https:"),
        )
        return away

    async def redirected(self, request: web.Request) -> web.Response:
        """Slack leads the browser back: with a code, or with what went wrong."""
        try:
            await self._check(request)
            granted = await self._access(request.query.get("code", ""))
            installed = self._installation(granted)
        except Refusal as no:
            reference = secrets.token_hex(4)
            log.warning("not installed", reason=no.reason, ref=reference)
            return page(refused(no, INSTALL, reference), no.status)
        await self._table.save(installed)
        log.info("installed", team=installed.team, user=installed.installed_by)
        done = page(welcome(installed.name, granted.app_id, granted.team.id if granted.team else None))
        done.del_cookie(COOKIE, path="/slack")
        return done

    async def _check(self, request: web.Request) -> None:
        state, browser = request.query.get("state", ""), request.cookies.get(COOKIE, "")
        if request.query.get("error"):
            raise Refusal("cancelled")
        try:
            ends = (
                float(self._vault.open(_owner(browser), state, stored=False)) if state and browser else None
            )
        except (CannotOpen, ValueError):
            ends = None
        if ends is None:
            raise Refusal("other browser")
        if ends < self._clock() or not await self._spend(state):
            raise Refusal("too late")

    async def _spend(self, state: str) -> bool:
        """Whether the state was not used before; it is now."""
        spent = hashlib.blake2b(state.encode(), digest_size=16).hexdigest()

        def spend(write: Write) -> bool:
            return first_time(write, f"state:{spent}", now=self._clock(), keep=LIFE)

        return await self._store.write(spend)

    async def _access(self, code: str) -> _Granted:
        try:
            answer = await oauth_access(self._client, self._client_id, self._client_secret, code=code)
        except (SlackApiError, *PASSING) as error:
            found = meaning(error)
            log.warning("no token for a code", slack=getattr(found, "code", "away"))
            raise Refusal("away" if isinstance(found, SlackAway) else "no token") from None
        try:
            return _Granted.model_validate(answer)
        except ValueError:
            raise Refusal("no token") from None

    def _installation(self, granted: _Granted) -> Installation:
        place, lasts = granted.place, granted.expires_in
        if place is None:
            raise Refusal("no token")
        return Installation(
            team=place.id,
            enterprise=granted.enterprise.id if granted.enterprise else None,
            name=place.name,
            token=granted.access_token,
            refresh_token=granted.refresh_token,
            expires_at=self._clock() + lasts if lasts else None,
            bot_user=granted.bot_user_id,
            installed_by=granted.authed_user.id,
        )


def _owner(browser: str) -> str:
    return f"install:{browser}"
