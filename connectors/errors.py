"""
Everything that can go wrong between us and an ATS, named by who must act.

* ConnectorError
  x Misconfigured            an admin must act
    + BadCredentials         the key is wrong, revoked or expired
    + MissingPermission      the key is good but may not do this
    + Locked                 the key is kept, but cannot be opened here
  x Refused                  the person must change the request
    + NotFound
    + Conflict               it is there already, or two changes collide
    + Ambiguous              it fits several jobs and nobody said which
    + Unsupported            this ATS cannot do it through its API
  x Unavailable              time will help
    + RateLimited
    + StillProcessing        an earlier write was taken and is not carried out yet
  x UnexpectedResponse       we must act: the vendor answered in a shape we do not know
"""

from __future__ import annotations


class ConnectorError(Exception):
    """Base of every error a connector raises; safe to log, never holds candidate data or a key.

    `uncertain` is true when a write may have reached the ATS although no good answer came back: whoever wants
    to send it again has to look first.
    """

    def __init__(self, vendor: str, message: str, *, uncertain: bool = False) -> None:
        super().__init__(f"{vendor}: {message}")
        self.vendor = vendor
        self.message = message
        self.uncertain = uncertain


class Misconfigured(ConnectorError): ...


class BadCredentials(Misconfigured): ...


class MissingPermission(Misconfigured): ...


class Locked(Misconfigured):
    """No connector raises it: without its key there is none."""


class Refused(ConnectorError): ...


class NotFound(Refused): ...


class Conflict(Refused): ...


class Ambiguous(Refused):
    """Which of several jobs? A candidate whose `placements` hold only the chosen one answers it."""


class Unsupported(Refused): ...


class Unavailable(ConnectorError): ...


class RateLimited(Unavailable):
    """`retry_after` is in seconds, as the vendor said or a careful guess."""

    def __init__(
        self, vendor: str, message: str, *, retry_after: float = 60.0, uncertain: bool = False
    ) -> None:
        super().__init__(vendor, message, uncertain=uncertain)
        self.retry_after = retry_after


class StillProcessing(Unavailable): ...


class UnexpectedResponse(ConnectorError): ...
