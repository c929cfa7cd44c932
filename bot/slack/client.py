"""Slack's Web API over one shared session, and what its errors mean for us."""

from __future__ import annotations

import aiohttp
from pydantic import SecretStr
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.operate.metrics import Counting
from bot.slack.addresses import patience

PERMANENT = frozenset(
    {
        "account_inactive",
        "token_revoked",
        "token_expired",
        "invalid_auth",
        "not_authed",
        "missing_scope",
        "restricted_action",
        "user_not_found",
        "channel_not_found",
        "not_in_channel",
        "user_not_in_channel",
        "is_archived",
        "messages_tab_disabled",
        "cannot_dm_bot",
        "invalid_blocks",
        "no_text",
        "msg_too_long",
    }
)
"""Asking again changes nothing."""
REDIRECTS = frozenset({301, 302, 303, 307, 308})


class SlackAway(Exception):
    """Slack cannot be reached or asks for patience; `retry_after` is in seconds."""

    def __init__(self, retry_after: float = 5.0) -> None:
        super().__init__("Slack did not take the call")
        self.retry_after = retry_after


class SlackRefused(Exception):
    """Slack will not do this; `code` is its word for why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Elsewhere(aiohttp.ClientError):
    """Somebody answered with a redirect: neither a token nor what people wrote goes to another address."""


PASSING = (aiohttp.ClientError, TimeoutError, OSError)


def meaning(error: Exception) -> SlackAway | SlackRefused:
    """Sort what a call to Slack raised into the two kinds that call for different actions."""
    if not isinstance(error, SlackApiError):
        return SlackAway()
    status, headers = getattr(error.response, "status_code", 200), getattr(error.response, "headers", {})
    if status == 429:
        return SlackAway(patience(headers))
    code = str(error.response.get("error", "")) if hasattr(error.response, "get") else ""
    passing = {"ratelimited", "service_unavailable", "fatal_error", "internal_error", "request_timeout"}
    return SlackAway() if status >= 500 or code in passing else SlackRefused(code or "unknown_error")


def new_session() -> aiohttp.ClientSession:
    """One for the process: each call of its own would be a TLS handshake of its own."""
    timeout = aiohttp.ClientTimeout(total=15, connect=5)
    connector = aiohttp.TCPConnector(limit=100)
    return aiohttp.ClientSession(timeout=timeout, connector=connector, middlewares=(_stay,))


async def _stay(request: aiohttp.ClientRequest, send: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """Here, since slack_sdk has no way to say that it shall follow nobody."""
    answer = await send(request)
    if answer.status in REDIRECTS and "Location" in answer.headers:
        answer.close()
        raise Elsewhere("a redirect")
    return answer


def web_client(session: aiohttp.ClientSession, api_url: str, token: str) -> AsyncWebClient:
    return AsyncWebClient(token=token, session=session, base_url=api_url, retry_handlers=[Counting()])


async def oauth_access(
    client: AsyncWebClient, client_id: str, client_secret: SecretStr, **given: str
) -> object:
    """The answer of `oauth.v2.access`, for a code or a refresh token. Raises slack_sdk's errors.

    slack_sdk's own method uses a way of aiohttp to authenticate that is about to go.
    """
    app = aiohttp.encode_basic_auth(client_id, client_secret.get_secret_value())
    answer = await client.api_call("oauth.v2.access", data=given, headers={"Authorization": app})
    return answer.data
