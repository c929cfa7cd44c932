"""Why Slack did not open a form: what is logged, and what the person reads."""

from __future__ import annotations

import structlog
from slack_sdk.errors import SlackApiError

from bot.slack.client import SlackAway, meaning
from bot.slack.invocation import Invocation
from commands.base import Card, Opening
from commands.cards import flow

log = structlog.get_logger()

LATE = frozenset({"expired_trigger_id", "exchanged_trigger_id"})
"""Slack's words for a click that was too long ago."""


def unopened(error: Exception, invocation: Invocation, opening: Opening) -> Card:
    """The card for what slack_sdk raised, and a log line under the same reference."""
    found, silent = meaning(error), not isinstance(error, SlackApiError)
    code = "away" if isinstance(found, SlackAway) else found.code
    log.warning("form not opened", ref=invocation.reference, slack=code)
    if silent or code in LATE:
        return flow.form_not_opened(opening)
    if isinstance(found, SlackAway) and _busy(error):
        return flow.form_not_opened(opening, wait=found.retry_after)
    return flow.form_refused(opening, reference=invocation.reference)


def _busy(error: Exception) -> bool:
    return getattr(getattr(error, "response", None), "status_code", 200) == 429
