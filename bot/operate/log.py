"""Logs as JSON lines: ids and outcomes, never what people wrote."""

from __future__ import annotations

import logging
import sys
import traceback

import structlog
from aiohttp.http_exceptions import HttpProcessingError

QUIET = {
    "httpx": logging.WARNING,  # at info it logs whole URLs, addresses and all
    "httpcore": logging.WARNING,
    "slack_sdk": logging.WARNING,  # at debug it logs whole bodies
    "slack_bolt": logging.ERROR,
    "aiohttp.access": logging.WARNING,
    "dbos": logging.ERROR,
    "stamina": logging.WARNING,
    "psycopg": logging.ERROR,  # of a lost connection it tells the host and the user, again and again
}


class _NoData(logging.Formatter):
    """Says of an exception only what and where it was."""

    def formatException(self, ei: object) -> str:  # noqa: N802 the name is logging's
        error = ei[1] if isinstance(ei, tuple) else None
        return f"{type(error).__name__} at {frames(error)}" if isinstance(error, BaseException) else ""


class _OfOurs(logging.Filter):
    """Drops what aiohttp says of bytes that are no request: anybody could fill the log with it."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        return not isinstance(error, HttpProcessingError)


OF_OURS = _OfOurs()


def configure(level: str) -> None:
    """Send our own lines and everybody else's to standard error; no exception text, since it may quote data."""
    number = logging.getLevelName(level.upper())
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.EventRenamer("event"),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        # A line and its end in one call: others, in other threads, write to the same place.
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_NoData("%(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=max(number, logging.INFO), handlers=[handler], force=True)
    engine = logging.StreamHandler(sys.stderr)
    engine.setFormatter(_NoData("%(levelname)s durable engine, %(filename)s:%(lineno)d"))
    # Before DBOS adds one of its own: its lines quote the text of exceptions, so only their place is kept.
    logging.getLogger("dbos").handlers = [engine]
    logging.getLogger("dbos").propagate = False
    logging.getLogger("aiohttp.server").addFilter(OF_OURS)
    for name, quiet in QUIET.items():
        logging.getLogger(name).setLevel(quiet)


def frames(error: BaseException, most: int = 6) -> list[str]:
    """Where an unforeseen error happened, file and line; its text is left out, since it might quote somebody's data."""
    where = traceback.extract_tb(error.__traceback__)[-most:]
    return [f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in where]
