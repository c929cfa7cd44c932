"""What every test gets: one event loop backend, and no blocking call on it."""

import pytest


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
