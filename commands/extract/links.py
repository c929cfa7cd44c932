"""Tells a person's own page from every other link, and drops what only tracks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit

PROFILES = {
    "linkedin.com": re.compile(r"/(?:in|pub)/[^/]+"),
    "github.com": re.compile(
        r"/(?!features$|orgs$|topics$|about$|login$|marketplace$|pricing$|search$|sponsors$)[\w\-]+/?$"
    ),
    "gitlab.com": re.compile(r"/(?!explore$|users$)[\w\-.]+/?$"),
    "bitbucket.org": re.compile(r"/[\w\-]+/?$"),
    "xing.com": re.compile(r"/profile/[^/]+"),
    "stackoverflow.com": re.compile(r"/users/\d+"),
    "behance.net": re.compile(r"/[\w\-]+/?$"),
    "dribbble.com": re.compile(r"/[\w\-]+/?$"),
    "kaggle.com": re.compile(r"/[\w\-]+/?$"),
    "huggingface.co": re.compile(r"/[\w\-]+/?$"),
    "medium.com": re.compile(r"/@[\w\-.]+/?$"),
    "dev.to": re.compile(r"/[\w\-]+/?$"),
    "codepen.io": re.compile(r"/[\w\-]+/?$"),
    "about.me": re.compile(r"/[\w\-.]+/?$"),
    "read.cv": re.compile(r"/[\w\-]+/?$"),
    "leetcode.com": re.compile(r"/(?:u/)?[\w\-]+/?$"),
    "hackerrank.com": re.compile(r"/profile/[\w\-]+"),
    "researchgate.net": re.compile(r"/profile/[\w\-]+"),
    "orcid.org": re.compile(r"/\d{4}-\d{4}-\d{4}-\d{3}[\dX]$"),
}
"""Where people have pages, and how the address of such a page differs from the site's others."""

PERSONAL_HOSTS = (
    ".github.io", ".gitlab.io", ".netlify.app", ".vercel.app", ".wordpress.com", ".carrd.co", ".webflow.io",
    ".myportfolio.com", ".framer.website", ".framer.ai", ".blogspot.com", ".wixsite.com",
)  # fmt: skip
_LABEL = re.compile(
    r"(?i)(?:portfolio|portefeuille|portafolio|website|web ?site|web|homepage|home page|blog|personal site"
    r"|site|sitio|sito|seite|サイト|作品集|网站)"
    r"\W{0,4}$"
)
_TRACKING = re.compile(
    r"(?i)(?:utm_\w+|mc_\w+|trk\w*|fbclid|gclid|igshid|ref|ref_src|source|si|originalsubdomain|lipi"
    r"|li\w+trk)$"
)
_SUBDOMAINS = re.compile(r"^(?:www|m|[a-z]{2})\.")


@dataclass(frozen=True)
class Link:
    """`sure` for a profile or a labelled portfolio; another link is somebody's only if its host says so."""

    url: str
    host: str
    site: str | None
    sure: bool


def link_of(text: str, before: str) -> Link | None:
    """Read a link; `before` is what stands before it in its line."""
    full = text if text.casefold().startswith(("http://", "https://")) else f"https://{text}"
    try:
        parts = urlsplit(full)
        host = (parts.hostname or "").casefold()
    except ValueError:
        return None
    if "." not in host or any(letter.isspace() for letter in full):
        return None
    bare = _SUBDOMAINS.sub("", host)
    profile = PROFILES.get(bare)
    if profile is not None:
        url = urlunsplit((parts.scheme, parts.netloc, _short(bare, parts.path), "", ""))
        return Link(url, bare, bare if profile.match(parts.path) else "", bool(profile.match(parts.path)))
    query = urlencode([pair for pair in parse_qsl(parts.query) if not _TRACKING.match(pair[0])])
    url = urlunsplit((parts.scheme, parts.netloc, parts.path, query, parts.fragment))
    sure = bare.endswith(PERSONAL_HOSTS) or bool(_LABEL.search(before[-24:]))
    return Link(url, bare, None, sure)


def _short(host: str, path: str) -> str:
    """The page itself, without the tab that happened to be open."""
    pieces = path.split("/")
    return "/".join(pieces[:3]) if host in ("linkedin.com", "xing.com") and any(pieces[3:]) else path


def slug(link: Link) -> str | None:
    """What LinkedIn and Xing put for the name: `jane-doe-1a2b`."""
    if link.site not in ("linkedin.com", "xing.com"):
        return None
    pieces = [piece for piece in urlsplit(link.url).path.split("/") if piece]
    return unquote(pieces[1]) if len(pieces) > 1 else None
