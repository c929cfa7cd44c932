"""One Welcome to the Jungle account: what an admin fills in, and its API."""

from __future__ import annotations

from functools import partial
from typing import Any

import httpx
from pydantic import Field, SecretStr

from .base import AccountSettings
from .http import Api, Http
from .wire import welcomekit as wire

VENDOR, TITLE = "welcomekit", "Welcome to the Jungle"
SITE = "https://www.welcomekit.co"


class WelcomeKitSettings(AccountSettings):
    key: SecretStr = Field(
        title="API token",
        description="From their support; scopes: me_r organizations_r jobs_r candidates_rw comments_w.",
        min_length=1,
    )
    organization: str = Field(
        "",
        title="Organisation reference",
        description="The code after /o/ in your dashboard's address; may stay empty if you have only one.",
        pattern=r"^[\w-]*$",
    )


class WelcomeKitApi(Api):
    def __init__(self, settings: WelcomeKitSettings, http: Http) -> None:
        super().__init__(
            TITLE,
            http,
            http.base(VENDOR, SITE),
            http.pace(VENDOR, settings.key, per_minute=None),
            {"Authorization": f"Bearer {settings.key.get_secret_value()}"},
            partial(wire.refusal, TITLE),
        )

    async def _retried(self, method: str, path: str, *, write: bool, **content: Any) -> httpx.Response:
        answer = await super()._retried(method, path, write=write, **content)
        # What a change left behind is read afterwards, so it may be answered with nothing.
        nothing = method == "PUT" and not answer.content
        return httpx.Response(200, json={}, request=answer.request) if nothing else answer
