"""What an admin fills in to connect an Eightfold account."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, SecretStr

from .base import AccountSettings, Words

OAUTH = "https://apidocs.eightfold.ai/docs/oauth-configuration"
TALENT_TRACKING = "talent_tracking"
"""The one system in which Eightfold makes up the candidate ids itself."""


class EightfoldSettings(AccountSettings):
    key: SecretStr = Field(
        title="API key",
        description="Admin console → Integrations → Eightfold API → Authentication → Generate API Key.",
        min_length=1,
    )
    email: str = Field(
        title="Email of the key", description="Shown beside the API key: it is the key's user.", min_length=3
    )
    basic: SecretStr = Field(
        title="Basic value of the region",
        description=f"Printed for each region on {OAUTH}, with or without the word Basic.",
        min_length=1,
    )
    region: Literal[
        "eightfold",
        "eightfold-eu",
        "eightfold-gov",
        "eightfold-ca",
        "eightfold-me",
        "eightfold-wu",
        "eightfold-ap",
    ] = Field(
        "eightfold",
        title="Region",
        description="What stands between apiv2. and .ai in your API's address; eightfold is the US.",
    )
    pools: Words = Field(
        (),
        title="Talent pools",
        description="Names of talent pools, with commas between; Eightfold keeps a pool as a tag.",
    )
    stage: str = Field(
        "Applied",
        title="First stage",
        description="Where a move to a job without a stage begins, spelled as in Eightfold.",
        min_length=1,
    )
    system_id: str = Field(
        TALENT_TRACKING,
        title="System id",
        description="The system under which new people are filed; your Eightfold contact knows it.",
        pattern=r"^[\w-]+$",
    )
    fresh: bool = Field(
        False,
        title="Watch without delay",
        description="Searches for what was modified; the changelog is half an hour late.",
        json_schema_extra={"advanced": True},
    )
    claimed: bool = Field(
        True,
        title="Write to claimed profiles",
        description="Without it Eightfold ignores tags and CVs for people who claimed their profile.",
        json_schema_extra={"advanced": True},
    )
    email_filter: str | None = Field(
        None,
        title="Filter by email",
        description="A filterQuery that finds an address, with {email} in it, where your account has one.",
        pattern=r"\{email\}",
        json_schema_extra={"advanced": True},
    )
