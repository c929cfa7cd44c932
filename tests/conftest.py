"""What every test gets: one event loop backend, no blocking call on it, and a look at all that a bot sends."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests import trust
from tests.payloads import Watch, watching

pytest_plugins = ["tests.postgres", "tests.stores"]

LONG = (
    "test_many_processes",
    "test_import",
    "test_announce",
    "test_short",
    "test_watch_faults",
    "test_forget",
    "test_crash",
    "test_hiring",
    "test_room_rules",
    "test_conversation",
    "test_fuzz",
    "test_keys",
    "test_doctor",
    "test_bench",
)
"""Files that take longest: they go first, so that no process is left alone with one of them at the end."""

settings.register_profile(
    "the same each time",  # and not timed
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("others each time", settings.get_profile("the same each time"), derandomize=False)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "the same each time"))
trust.share()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: LONG.index(item.path.stem) if item.path.stem in LONG else len(LONG))


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session", autouse=True)
def payloads() -> Iterator[Watch]:
    """The notes on what bots sent; what they send after the last test of all is looked at too."""
    with pytest.MonkeyPatch.context() as patch:
        watch = watching(patch)
        yield watch
        assert watch.wrong() == []


@pytest.fixture(autouse=True)
def all_that_is_sent_passes_the_schema(payloads: Watch) -> Iterator[None]:
    """Fails the test in which a bot sent something that Slack would refuse."""
    yield
    assert payloads.wrong() == []
