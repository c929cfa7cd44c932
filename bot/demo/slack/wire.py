"""JSON as it travels between Slack, the bot, and the page."""

import json
from typing import Any

# The stand-in is an outside edge: it builds and takes apart Slack's own JSON, of any shape.
Json = dict[str, Any]


def as_object(text: str) -> Json | None:
    """The JSON object in `text`; None when it holds anything else."""
    try:
        value = json.loads(text)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def unpacked(value: Any) -> Any:
    """Form fields carry blocks and views as JSON text: that is opened, anything else is left."""
    if not isinstance(value, str) or value[:1] not in ("[", "{"):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value
