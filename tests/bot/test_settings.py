"""The environment: every problem is a sentence that says what to do."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from bot.settings import Settings
from bot.store.vault import new_key

GOOD = {"encryption_keys": new_key(), "slack_bot_token": "xoxb-1", "slack_signing_secret": "s"}


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def made(**values: Any) -> Settings:
    return Settings(_env_file=None, **{**GOOD, **values})


def test_nothing_is_missing_from_good_settings() -> None:
    assert made().problems() == []
    assert made(slack_signing_secret="", slack_app_token="xapp-1").problems() == []


@pytest.mark.parametrize("left_out", GOOD)
def test_what_is_missing_is_named_with_where_to_find_it(left_out: str) -> None:
    (problem,) = made(**{left_out: ""}).problems()
    assert problem.startswith(f"SHORTLIST_{left_out.upper()} is not set")
    assert problem.endswith(".")
    assert "“" in problem or "`" in problem


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("encryption_keys", "not-a-key", "`shortlist keys new`"),
        ("encryption_keys", f"{'A' * 43}=,{'é' * 40}", "`shortlist keys new`"),
        ("port", "99999", "less than or equal to 65535"),
        ("port", "eighty", "valid integer"),
        ("database_url", "mysql://x", "must be sqlite:///path/to/file.db or postgresql://"),
        ("database_url", "sqlite:shortlist.db", "must be sqlite:///path/to/file.db or postgresql://"),
        ("database_url", "postgresql://me:pa/ss@host:port/x?nonsense=1", "is no address that PostgreSQL"),
        ("watch_seconds", "-12.5", "greater than 0"),
        ("log", "loud", "'debug', 'info', 'warning' or 'error'"),
    ],
)
def test_a_wrong_value_is_said_without_showing_it(field: str, value: str, said: str) -> None:
    with pytest.raises(ValidationError, match=said) as caught:
        made(**{field: value})
    assert value not in str(caught.value)


def test_keys_are_a_list_with_commas_between() -> None:
    keys = [new_key(), new_key()]
    settings = made(encryption_keys=f" {keys[0]} , {keys[1]},")
    assert [key.get_secret_value() for key in settings.encryption_keys] == keys


def test_secrets_are_in_no_repr() -> None:
    shown = repr(made(slack_app_token="xapp-secret", slack_client_secret="client-secret"))
    assert not any(
        secret in shown for secret in (*GOOD.values(), "xapp-secret", "client-secret") if len(secret) > 1
    )


def test_a_file_in_the_working_directory_serves_too(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(
        "SHORTLIST_PORT=4711\nSHORTLIST_SLACK_API_URL=http://127.0.0.1:9/api\nOTHER=1\n"
    )
    settings = Settings()
    assert (settings.port, settings.slack_api_url) == (4711, "http://127.0.0.1:9/api/")


def test_the_engine_s_file_stands_beside_ours() -> None:
    settings = made(database_url="sqlite:////srv/data/shortlist.db")
    assert settings.database_path == Path("/srv/data/shortlist.db")
    assert settings.jobs_path == Path("/srv/data/shortlist-jobs.db")


def test_only_the_addresses_that_the_operator_gave_are_overridden() -> None:
    assert made(talynce_url="http://127.0.0.1:9").bases == {"talynce": "http://127.0.0.1:9"}


@pytest.mark.parametrize("scheme", ["postgresql", "postgres"])
def test_a_server_needs_no_folder_and_its_password_is_in_no_repr(scheme: str) -> None:
    settings = made(database_url=f"{scheme}://me:pa%40ss@db.example/shortlist")
    assert settings.problems() == []
    assert settings.database_url == "postgresql://me:pa%40ss@db.example/shortlist"
    assert "pa%40ss" not in repr(settings)
