"""Reads people out of Slack messages, offline: names, addresses, phone numbers, links and tags."""

from .found import Found
from .message import Message, message_text
from .people import people_in

__all__ = ["Found", "Message", "message_text", "people_in"]
