"""Why a file cannot be read; by itself, so that the bot loads no parser."""

from __future__ import annotations


class CannotRead(Exception):
    """A file from which no person can be read; `sentence` is for whoever sent it."""

    sentence = "I cannot read this file."

    def __init__(self) -> None:
        super().__init__(self.sentence)


class Unreadable(CannotRead):
    sentence = "I found no text in this file: it is damaged, or it is a picture of a page."


class Encrypted(CannotRead):
    sentence = "This file is locked with a password. Please share it without one."


class TooLarge(CannotRead):
    sentence = "This file is too large for me to read."


class NotADocument(CannotRead):
    sentence = "I can read PDF and Word (.docx) files; this is neither."
