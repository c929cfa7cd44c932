"""Slack itself: whether it answers, what time it has there, and what the tokens may do."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from aiohttp import ClientSession
from pydantic import SecretStr
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.operate.finding import Finding, bad, doubtful, good
from bot.operate.manifest import ALWAYS, FEATURES
from bot.settings import Settings
from bot.slack.client import PASSING, SlackRefused, meaning, web_client

SKEW, REFUSED = 60.0, 300.0
"""Seconds between Slack's clock and ours that are a warning, and those from which on no signature is taken."""
AWAY = "Look at status.slack.com, and whether a firewall or a proxy is in the way of this machine."
ADVICE = {
    "invalid_auth": "Copy the token anew from your Slack app.",
    "not_authed": "Copy the token anew from your Slack app.",
    "token_revoked": "Install the app in the workspace again, and copy the new token.",
    "token_expired": "Token rotation is on: that needs SHORTLIST_SLACK_CLIENT_ID; or copy a new token.",
    "account_inactive": "The app was removed from the workspace: install it again.",
    "missing_scope": "Give the app the scopes of `shortlist manifest`, and install it again.",
    "not_allowed_token_type": "This is a token of another kind: look which one belongs there.",
}


@dataclass(frozen=True)
class Slack:
    settings: Settings
    session: ClientSession
    clock: Callable[[], float] = time.time

    async def look(self) -> list[Finding]:
        try:
            answer = await self._client("").api_test()
        except (SlackApiError, *PASSING) as error:
            return [_refusal("Slack", error)]
        found = [good("Slack", "answers"), self._time(dict(answer.headers))]
        if token := self.settings.slack_bot_token.get_secret_value():
            found += await self.token("Slack token", SecretStr(token))
        if token := self.settings.slack_app_token.get_secret_value():
            found.append(await self._socket(token))
        return found

    async def token(self, about: str, token: SecretStr) -> list[Finding]:
        try:
            answer = await self._client(token.get_secret_value()).auth_test()
        except (SlackApiError, *PASSING) as error:
            return [_refusal(about, error)]
        headers = {name.lower(): value for name, value in answer.headers.items()}
        granted = {scope.strip() for scope in headers.get("x-oauth-scopes", "").split(",") if scope.strip()}
        return [good(about, f"valid, for workspace {answer['team_id']}"), *scopes(about, granted)]

    async def _socket(self, token: str) -> Finding:
        about = "Socket Mode"
        try:
            await self._client(token).apps_connections_open(app_token=token)
        except (SlackApiError, *PASSING) as error:
            return _refusal(about, error)
        return good(about, "the app-level token opens a socket")

    def _time(self, headers: Mapping[str, str]) -> Finding:
        about, now = "Clock", self.clock()
        date = next((value for name, value in headers.items() if name.lower() == "date"), None)
        if date is None:
            return doubtful(about, "Slack did not say what time it is")
        ahead = now - parsedate_to_datetime(date).timestamp()
        said = f"{abs(ahead):.0f} s {'ahead of' if ahead > 0 else 'behind'} Slack's"
        if abs(ahead) <= SKEW:
            return good(about, f"within {SKEW:.0f} s of Slack's")
        advice = (
            f"Turn time synchronisation on (NTP): from {REFUSED:.0f} s on, every request of Slack is refused."
        )
        return (bad if abs(ahead) > REFUSED else doubtful)(about, said, advice)

    def _client(self, token: str) -> AsyncWebClient:
        return web_client(self.session, self.settings.slack_api_url, token)


def scopes(about: str, granted: set[str]) -> Iterator[Finding]:
    """What was granted, against what each feature of the manifest asks for."""
    for name, feature in FEATURES.items():
        if missing := [scope for scope in feature.scopes if scope not in granted]:
            said = f"without {', '.join(missing)}: {'; '.join(feature.scopes[each] for each in missing)}"
            yield (bad if name == ALWAYS else doubtful)(about, said, ADVICE["missing_scope"])
    wanted = {scope for feature in FEATURES.values() for scope in feature.scopes}
    if more := sorted(granted - wanted):
        yield doubtful(
            about, f"may do more than is needed: {', '.join(more)}", "Remove these scopes of the app."
        )
    if wanted <= granted:
        yield good(about, "has every scope of the manifest")


def _refusal(about: str, error: Exception) -> Finding:
    said = meaning(error)
    if isinstance(said, SlackRefused):
        return bad(
            about, f"Slack says “{said.code}”", ADVICE.get(said.code, "Slack's page on this error says more.")
        )
    return bad(about, "Slack does not answer, or asks for patience", AWAY)
