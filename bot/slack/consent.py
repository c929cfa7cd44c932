"""What a browser shows at the end of an installation: done, or what went wrong and what to do."""

from __future__ import annotations

from html import escape
from urllib.parse import urlencode

from aiohttp import web

_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",  # the address holds Slack's code
    "X-Content-Type-Options": "nosniff",
}
_STYLE = (
    "body{font:1.1rem/1.6 system-ui,sans-serif;max-width:34rem;margin:15vh auto;padding:0 1.5rem;"
    "color:#1d1c1d;background:#fff}h1{font-size:1.5rem;color:#1f4d3a}"
    "code{background:#eee;padding:.1em .3em}small{color:#616061}"
    "@media(prefers-color-scheme:dark){body{color:#eee;background:#1a1d21}h1{color:#8fd3b4}"
    "code{background:#333}small{color:#aaa}a{color:#6cb6ff}}"
)
_SAID = {
    "cancelled": (400, "Slack says that the installation was cancelled.", "Nothing has changed."),
    "other browser": (
        400,
        "This installation was not started in this browser.",
        "Start it here, and let this site set a cookie.",
    ),
    "too late": (400, "This link has been used, or is older than ten minutes.", "Start anew."),
    "away": (503, "Slack did not answer.", "Wait a minute, then start anew."),
    "no token": (
        400,
        "Slack gave no permission for this installation.",
        "Start anew; if it happens again, tell whoever runs Shortlist this reference.",
    ),
}
"""By reason: the status, what happened, and what to do."""


class Refusal(Exception):
    """The installation ends here; `reason` is a key of what can be said about it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status, self.happened, self.advice = _SAID[reason]


def welcome(name: str, app_id: str, team: str | None) -> str:
    """Installed: what to do next. `team` is None for an organisation, whose admins add workspaces themselves."""
    where = escape(name) or "your workspace"
    first = "" if team else "<p>An admin of the organisation now chooses the workspaces that may use it.</p>"
    link = (
        f"https://slack.com/app_redirect?{urlencode({'app': app_id, 'team': team})}"
        if team and app_id
        else ""
    )
    back = f'<p><a href="{escape(link)}">Open Slack</a></p>' if link else ""
    return (
        f"<h1>Shortlist is installed in {where}</h1>{first}"
        "<p>Next, a workspace admin types <code>/ats connect</code> in Slack and fills in the key of your ATS.</p>"
        f"{back}"
    )


def refused(no: Refusal, start: str, reference: str) -> str:
    return (
        f"<h1>Shortlist is not installed</h1><p>{no.happened} {no.advice}</p>"
        f'<p><a href="{start}">Start the installation</a></p><p><small>Reference {reference}</small></p>'
    )


def page(content: str, status: int = 200) -> web.Response:
    text = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Shortlist</title>'
        '<meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">'
        f"<style>{_STYLE}</style></head><body><main>{content}</main></body></html>"
    )
    return web.Response(status=status, text=text, content_type="text/html", headers=_HEADERS)
