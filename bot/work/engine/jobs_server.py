"""The engine's tables on PostgreSQL, which many processes share."""

from __future__ import annotations

import sqlalchemy as sa

from bot.work.engine.database import Database

POOL = 10
READING = 5
LONGEST_COMMIT = 1000
"""Milliseconds that one statement of a hand-over may take. Slack waits three seconds for all of it."""
CONNECTING = 2
"""Seconds for a new connection; the library takes no less."""
KEEPALIVES: dict[str, str | int] = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}
"""A connection to a machine that lost its power ends after 25 seconds, seen from here …"""
SEEN_FROM_THERE = "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3"
"""… and seen from the server, which then knows that this process is gone."""


def open_server(url: str) -> Database:
    """`url` begins with `postgresql://`. The engine's tables have a schema of their own in it, `dbos`."""
    driver = sa.make_url(url).set(drivername="postgresql+psycopg")
    common = {"connect_timeout": CONNECTING, **KEEPALIVES}
    hurried = f"{SEEN_FROM_THERE} -c statement_timeout={LONGEST_COMMIT} -c lock_timeout={LONGEST_COMMIT}"
    patient = {**common, "options": SEEN_FROM_THERE}
    return Database(
        url=driver.render_as_string(hide_password=False),
        pool=POOL,
        writing=sa.create_engine(driver, pool_size=1, connect_args={**common, "options": hurried}),
        reading=sa.create_engine(driver, pool_size=READING, pool_pre_ping=True, connect_args=patient),
        connect_args=patient,
    )
