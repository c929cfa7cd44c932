"""Reads people out of Slack messages, offline: names, addresses, phone numbers, links and tags."""

from commands.extract.found import Found
from commands.extract.message import Message, message_text
from commands.extract.people import people_in

__all__ = ["Found", "Message", "message_text", "people_in"]
