"""Many workspaces in one: the consent page, tokens that can run out, and leaving; people and channels are the same."""

import json
import secrets
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from aiohttp import web

from bot.demo.slack.payloads import Errand
from bot.demo.slack.people import APP_ID, BOT_USER, TEAM_ID, TEAM_NAME
from bot.demo.slack.wire import Json
from bot.demo.slack.workspace import SlackError

HALF_A_DAY = 43_200
"""Seconds that a token lives when rotation is on."""


@dataclass(frozen=True)
class Team:
    """A workspace, perhaps of an organisation; with `whole`, all of the organisation installs the app."""

    id: str
    name: str = TEAM_NAME
    enterprise: str | None = None
    whole: bool = False

    @property
    def grantee(self) -> str:
        """Whom a token speaks for."""
        return self.enterprise if self.whole and self.enterprise else self.id


HOME = Team(TEAM_ID)
_ACTING: ContextVar[Team] = ContextVar("acting", default=HOME)


@contextmanager
def acting_in(team: Team) -> Iterator[None]:
    """What people do inside this block, they do in that workspace."""
    before = _ACTING.set(team)
    try:
        yield
    finally:
        _ACTING.reset(before)


def from_team(errand: Errand) -> Errand:
    """The errand as it comes from the workspace that is acted in."""
    team = _ACTING.get()
    payload = translated(errand.payload, team.id)
    if team.enterprise:
        whole = "true" if errand.kind == "slash_commands" else team.whole
        payload |= {"enterprise_id": team.enterprise, "is_enterprise_install": whole if team.whole else False}
        if "enterprise" in payload:
            payload["enterprise"] = {"id": team.enterprise, "name": "Organisation"}
        for each in payload.get("authorizations", ()):
            each |= {"enterprise_id": team.enterprise, "is_enterprise_install": team.whole}
    return replace(errand, payload=payload)


def translated(said: Json, team_id: str) -> Json:
    """The same with another workspace's id."""
    if team_id == TEAM_ID:
        return said
    changed: Json = json.loads(json.dumps(said).replace(json.dumps(TEAM_ID), json.dumps(team_id)))
    return changed


@dataclass(frozen=True)
class Grant:
    """A token that was given out."""

    team: Team
    ends: float | None


class Installs:
    """The app as Slack knows it. `chooses` is the workspace that the next person at the consent page picks."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.client_id = f"{secrets.randbelow(10**12)}.{secrets.randbelow(10**12)}"
        self.client_secret = secrets.token_hex(16)
        self.redirect_url = ""
        self.chooses = Team("T0OTHER", "Other Company")
        self.allows = True
        self.rotates = False
        self.asked: list[Json] = []
        self.grants: dict[str, Grant] = {}
        self._refreshing: dict[str, Team] = {}
        self._codes: dict[str, Team] = {}
        self._revoked: set[str] = set()

    async def consent(self, request: web.Request) -> web.Response:
        """`/oauth/v2/authorize`: the person decides at once, and is led back."""
        asked = dict(request.query)
        self.asked.append(asked)
        if asked.get("client_id") != self.client_id or not asked.get("scope"):
            return web.Response(status=400, text="Invalid client_id, or no scopes requested.")
        back = {"state": asked.get("state", "")}
        if self.allows:
            code = secrets.token_hex(16)
            self._codes[code] = self.chooses
            back["code"] = code
        else:
            back["error"] = "access_denied"
        raise web.HTTPFound(f"{self.redirect_url}?{urlencode(back)}")

    def access(self, args: Json, authorization: str) -> Json:
        """`oauth.v2.access`: a code, or a refresh token, against tokens."""
        if not self._is_the_app(args, authorization):
            raise SlackError("bad_client_secret")
        if args.get("grant_type") == "refresh_token":
            return self._refresh(str(args.get("refresh_token")))
        team = self._codes.pop(str(args.get("code")), None)
        if team is None:
            raise SlackError("invalid_code")
        return self._given(team)

    def install(self, team: Team) -> Json:
        """The answer of `oauth.v2.access` as if somebody of that workspace had come this way."""
        return self._given(team)

    def revoke(self, token: str) -> Json:
        """`auth.revoke`."""
        self.grants.pop(token, None)
        self._revoked.add(token)
        return {"revoked": True}

    def leave(self, team: Team) -> None:
        """Takes back every token of it."""
        for token in [token for token, grant in self.grants.items() if grant.team.grantee == team.grantee]:
            self.revoke(token)
        self._refreshing = {t: of for t, of in self._refreshing.items() if of.grantee != team.grantee}

    def speaks_for(self, token: str) -> Team | None:
        """The workspace of a token that was given out. Raises SlackError when the token is no longer good."""
        grant = self.grants.get(token)
        if grant is None:
            if token in self._revoked:
                raise SlackError("token_revoked")
            return None
        if grant.ends is not None and grant.ends < self._clock():
            raise SlackError("token_expired")
        return grant.team

    def _refresh(self, refresh_token: str) -> Json:
        team = self._refreshing.pop(refresh_token, None)
        if team is None:
            raise SlackError("invalid_refresh_token")
        return self._given(team)

    def _given(self, team: Team) -> Json:
        token = f"xoxb-{team.grantee}-{secrets.token_hex(12)}"
        rotating: Json = {}
        if self.rotates:
            token = f"xoxe.{token}"
            rotating = {"refresh_token": f"xoxe-1-{secrets.token_hex(16)}", "expires_in": HALF_A_DAY}
            self._refreshing[rotating["refresh_token"]] = team
        ends = self._clock() + HALF_A_DAY if self.rotates else None
        self.grants[token] = Grant(team, ends)
        named = {"id": team.id, "name": team.name}
        return {
            "access_token": token,
            "token_type": "bot",
            "scope": "commands,chat:write",
            "bot_user_id": BOT_USER,
            "app_id": APP_ID,
            "team": None if team.whole else named,
            "enterprise": {"id": team.enterprise, "name": "Organisation"} if team.enterprise else None,
            "is_enterprise_install": team.whole,
            "authed_user": {"id": "U0ADA"},
            **rotating,
        }

    def _is_the_app(self, args: Json, authorization: str) -> bool:
        try:
            basic = b64decode(authorization.removeprefix("Basic ")).decode()
        except (NotBase64, UnicodeDecodeError):
            basic = ""
        given = (f"{args.get('client_id')}:{args.get('client_secret')}", basic)
        return f"{self.client_id}:{self.client_secret}" in given


def leaving(bot_users: Collection[str] = (BOT_USER,)) -> list[Json]:
    """The events that Slack sends when the app is removed; their order is not guaranteed."""
    return [{"type": "tokens_revoked", "tokens": {"bot": list(bot_users)}}, {"type": "app_uninstalled"}]
