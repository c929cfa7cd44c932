"""The environment, read in this file only."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.store.address import SQLITE, checked
from bot.store.vault import Vault
from connectors.vendors import CONNECTORS

ADDRESS = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+(?:/[!-~]*)?")
"""Where a host of a vendor is; nobody's name and password are in it."""


class Settings(BaseSettings):
    """All of `SHORTLIST_…`; a `.env` file in the working directory serves too."""

    model_config = SettingsConfigDict(
        env_prefix="SHORTLIST_", env_file=".env", extra="ignore", frozen=True, hide_input_in_errors=True
    )

    slack_signing_secret: SecretStr = SecretStr("")
    """Proves that a request is from Slack; required without Socket Mode. Under “Basic Information” of the Slack
    app."""
    slack_bot_token: SecretStr = SecretStr("")
    """The bot token, `xoxb-…`; required for a single workspace. Under “OAuth & Permissions”."""
    slack_app_token: SecretStr = SecretStr("")
    """An app-level token, `xapp-…`; turns Socket Mode on. Under “Basic Information”."""
    slack_client_id: str = ""
    """With the client secret, lets workspaces install the app at `/slack/install`."""
    slack_client_secret: SecretStr = SecretStr("")
    """The secret that belongs to the client id."""
    slack_api_url: str = "https://slack.com/api/"
    """Another address for Slack's Web API."""
    database_url: str = Field("sqlite:///shortlist.db", repr=False)
    """Where the database is: `sqlite:///path/to/file.db`, which gets two more files next to it (`-jobs` and
    `-jobs-inbox`), or `postgresql://user:password@host:5432/name`."""
    encryption_keys: Annotated[tuple[SecretStr, ...], NoDecode] = ()
    """Keys for stored data, separated by commas; required. The first one encrypts, any of them decrypts: to
    change keys, put a new one in front."""
    host: str = "127.0.0.1"
    """The address on which Shortlist listens; `0.0.0.0` in a container."""
    port: int = Field(3000, ge=0, le=65535)
    """The port on which it listens."""
    recruspace_url: str = ""
    """Another host for Recruspace, such as a sandbox: scheme and host only."""
    eightfold_url: str = ""
    """The same for Eightfold."""
    talynce_url: str = ""
    """The same for Talynce."""
    welcomekit_url: str = ""
    """The same for Welcome to the Jungle."""
    watch_seconds: float = Field(60, gt=0)
    """How often an ATS that a channel listens to is asked for news."""
    drain_seconds: float = Field(0, ge=0, le=60)
    """How long `serve` still accepts requests after it was told to stop, while `/readyz` says 503: a little
    longer than a proxy needs to notice."""
    metrics: Literal["loopback", "anyone"] = "loopback"
    """Who may read `/metrics`: `loopback` (this machine, not through a proxy) or `anyone`."""
    metrics_token: SecretStr = SecretStr("")
    """A bearer token. If it is set, `/metrics` answers requests with this token, from anywhere, and no others."""
    log: Literal["debug", "info", "warning", "error"] = "info"
    """How much is logged: `debug`, `info`, `warning` or `error`."""
    keep_jobs_days: float = Field(1, gt=0, le=30)
    """How long a request is kept after it was done. Until then, the buttons on its card work."""
    keep_activity_days: float = Field(7, gt=0, le=365)
    """How long Home shows a request and its outcome, counted from the last change."""
    keep_cards_days: float = Field(90, gt=0, le=730)
    """How long Shortlist knows, by hashes, which messages are about whom, counted from the last change. Until then,
    announcements are updated, and `/ats forget` finds them."""
    keep_audit_days: float = Field(400, ge=1, le=3650)
    """How long the audit is kept. The default covers a full year."""
    keep_imports_days: float = Field(7, gt=0, le=30)
    """How long the rows of an abandoned import are kept. All other rows are deleted as soon as they are done.

    What a watch compares with has no such time: it goes at once when nobody listens any more."""

    @field_validator("encryption_keys", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return [key.strip() for key in value.split(",") if key.strip()] if isinstance(value, str) else value

    @field_validator("encryption_keys")
    @classmethod
    def _usable(cls, keys: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        try:
            if keys:
                Vault(keys)
        except ValueError:
            raise ValueError("each has to be a key as `shortlist keys new` prints it") from None
        return keys

    @field_validator("slack_api_url", *(f"{vendor}_url" for vendor in CONNECTORS))
    @classmethod
    def _an_address(cls, url: str) -> str:
        if url and not ADDRESS.fullmatch(url):
            raise ValueError("must be an address such as https://sandbox.example.com")
        return url

    @field_validator("slack_api_url")
    @classmethod
    def _with_slash(cls, url: str) -> str:
        return url.rstrip("/") + "/"

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, url: str) -> str:
        return checked(url)

    @property
    def on_sqlite(self) -> bool:
        return self.database_url.startswith(SQLITE)

    @property
    def database_path(self) -> Path:
        """The file of our own tables; the engine's file stands next to it. Only `on_sqlite` there are such files."""
        return Path(self.database_url.removeprefix(SQLITE))

    @property
    def jobs_path(self) -> Path:
        return self.database_path.with_name(self.database_path.stem + "-jobs.db")

    @property
    def engine_place(self) -> Path | str:
        """Where the durable engine keeps its work: a file of its own, or the same server."""
        return self.jobs_path if self.on_sqlite else self.database_url

    @property
    def bases(self) -> dict[str, str]:
        """Base addresses of ATSs that the operator overrides; never a workspace's choice."""
        named = {vendor: str(getattr(self, f"{vendor}_url")) for vendor in CONNECTORS}
        return {vendor: url for vendor, url in named.items() if url}

    @property
    def oauth(self) -> bool:
        """Whether many workspaces install the app by themselves."""
        return bool(self.slack_client_id and self.slack_client_secret.get_secret_value())

    @property
    def slack_authorize_url(self) -> str:
        """Where a browser goes to install the app: beside the Web API, if that is somewhere else."""
        api = urlsplit(self.slack_api_url)
        return f"{api.scheme}://{api.netloc}/oauth/v2/authorize"

    @property
    def socket_mode(self) -> bool:
        return bool(self.slack_app_token.get_secret_value())

    def problems(self) -> list[str]:
        """What is missing before `serve` can start, each as a sentence that says what to do."""
        started = bool(self.slack_client_id or self.slack_client_secret.get_secret_value())
        missing = self._missing_for_many() if started else self._missing_for_one()
        return [*self.problems_of_store(), *missing]

    def problems_of_store(self) -> list[str]:
        """What is missing before the database can be opened."""
        missing = []
        if not self.encryption_keys:
            hint = "`shortlist keys new` prints one"
            missing.append(
                f"SHORTLIST_ENCRYPTION_KEYS is not set: keys of candidates' systems are sealed with it ({hint})."
            )
        folder = self.database_path.absolute().parent
        if self.on_sqlite and not (folder.is_dir() and os.access(folder, os.W_OK)):
            missing.append(f"SHORTLIST_DATABASE_URL: {folder} is not a folder in which files can be made.")
        return missing

    def _missing_for_one(self) -> list[str]:
        missing = []
        if not self.slack_bot_token.get_secret_value():
            missing.append(
                "SHORTLIST_SLACK_BOT_TOKEN is not set: it is under “OAuth & Permissions” of your Slack app."
            )
        if not self.socket_mode and not self.slack_signing_secret.get_secret_value():
            missing.append(
                "SHORTLIST_SLACK_SIGNING_SECRET is not set (“Basic Information” of your Slack app); "
                "with SHORTLIST_SLACK_APP_TOKEN Shortlist uses Socket Mode and needs none."
            )
        return missing

    def _missing_for_many(self) -> list[str]:
        """With a client id or secret, workspaces install the app over HTTP; each brings its own token."""
        values = {
            "SHORTLIST_SLACK_CLIENT_ID": self.slack_client_id,
            "SHORTLIST_SLACK_CLIENT_SECRET": self.slack_client_secret.get_secret_value(),
            "SHORTLIST_SLACK_SIGNING_SECRET": self.slack_signing_secret.get_secret_value(),
        }
        place = "it is under “Basic Information” of your Slack app"
        missing = [
            f"{name} is not set: with many workspaces it is needed, {place}."
            for name, value in values.items()
            if not value
        ]
        if self.socket_mode:
            missing.append(
                "SHORTLIST_SLACK_APP_TOKEN is set together with SHORTLIST_SLACK_CLIENT_ID: workspaces install the app "
                "over HTTP, so remove it, and give Slack the address of this server (`shortlist manifest --url …`)."
            )
        return missing
