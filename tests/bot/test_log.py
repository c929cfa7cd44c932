"""Logs say what happened and where, never what anybody wrote."""

import io
import json
import logging
import sys

import httpx
import pytest
import structlog
from aiohttp.http_exceptions import BadHttpMessage

from bot.operate.log import configure, frames

SECRET = "jane@example.com wants 90k"


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch, logging_as_it_was: None) -> io.StringIO:
    """What goes to standard error."""
    text = io.StringIO()
    monkeypatch.setattr(sys, "stderr", text)
    configure("debug")
    return text


def test_the_text_of_an_exception_is_left_out(log: io.StringIO) -> None:
    try:
        raise ValueError(SECRET)
    except ValueError:
        logging.getLogger("somebody.else").exception("it failed")
    assert "ERROR somebody.else it failed" in log.getvalue()
    assert "ValueError at ['test_log.py:" in log.getvalue()
    assert "jane" not in log.getvalue()


def test_the_causes_of_an_exception_are_left_out_too(log: io.StringIO) -> None:
    try:
        try:
            raise KeyError(SECRET)
        except KeyError as cause:
            raise ExceptionGroup(SECRET, [RuntimeError(SECRET)]) from cause
    except ExceptionGroup:
        logging.getLogger("dbos").exception("it failed")
    assert "ExceptionGroup" in log.getvalue()
    assert "jane" not in log.getvalue()


def test_our_own_lines_are_json_with_a_time(log: io.StringIO) -> None:
    structlog.get_logger().info("job done", ref="ab12", outcome="done")
    line = json.loads(log.getvalue())
    assert (line["event"], line["ref"], line["level"]) == ("job done", "ab12", "info")
    assert line["timestamp"].endswith("Z")


@pytest.mark.parametrize("name", ["httpx", "httpcore", "slack_sdk", "slack_bolt", "dbos", "stamina"])
def test_libraries_that_log_what_they_send_are_silent(log: io.StringIO, name: str) -> None:
    logging.getLogger(name).info("GET https://ats.example/?email=%s", SECRET)
    logging.getLogger(f"{name}.inner").debug(SECRET)
    assert log.getvalue() == ""


def test_httpx_logs_no_address(log: io.StringIO) -> None:
    transport = httpx.MockTransport(lambda request: httpx.Response(200))
    with httpx.Client(transport=transport) as client:
        client.get("https://ats.example/", params={"email": SECRET})
    assert log.getvalue() == ""


def test_where_is_file_and_line_alone() -> None:
    try:
        raise ValueError(SECRET)
    except ValueError as error:
        (place,) = frames(error)
    assert place.startswith("test_log.py:")


def test_the_durable_engine_is_heard_but_not_quoted(log: io.StringIO) -> None:
    logging.getLogger("dbos").error("Error executing workflow T1:2: %s", SECRET)
    assert "durable engine, test_log.py:" in log.getvalue()
    assert SECRET not in log.getvalue()


def test_nobody_fills_the_log_with_bytes_that_are_no_request(log: io.StringIO) -> None:
    try:
        raise BadHttpMessage(SECRET)
    except BadHttpMessage:
        logging.getLogger("aiohttp.server").exception("Error handling request")
    assert log.getvalue() == ""
    try:
        raise RuntimeError(SECRET)
    except RuntimeError:
        logging.getLogger("aiohttp.server").exception("Error handling request")
    assert "RuntimeError at" in log.getvalue()
