"""What the stand-in for Eightfold keeps of a person, in Eightfold's JSON, and the bodies it accepts."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from aiohttp import web

from .server import Body, Refusal
from .world import Job

Kinds = Mapping[str, type | tuple[type, ...]]
TEXT, LIST = (str, type(None)), (list, type(None))
FIELDS: Kinds = {
    "candidateId": str,
    "autoGenerateCandidateId": bool,
    "systemId": TEXT,
    "lastActivityTs": int,
    "firstName": str,
    "lastName": TEXT,
    "emails": TEXT,
    "phones": TEXT,
    "title": TEXT,
    "summary": TEXT,
    "location": TEXT,
    "urls": LIST,
    "tags": LIST,
    "resumeContent": dict,
}


@dataclass
class Application:
    position: int
    stage: str
    applied: int
    modified: int
    status: str = "active"


@dataclass
class Record:
    """One profile (`number`, `id`) and the ATS candidate behind it (`system`, `ats`), which owns `tags`."""

    number: int
    system: str
    ats: str
    created: int
    updated: int
    first: str = ""
    last: str = ""
    emails: str | None = None
    phones: str | None = None
    urls: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    pools: list[str] = field(default_factory=list)
    notes: list[Body] = field(default_factory=list)
    applications: list[Application] = field(default_factory=list)
    cv: str = ""
    claimed: bool = False

    @property
    def id(self) -> str:
        return "Ef" + hashlib.blake2b(str(self.number).encode(), digest_size=6).hexdigest()

    @property
    def text(self) -> str:
        return f"{self.first} {self.last} {self.emails or ''}".casefold()

    def change(self, body: Body, now: int) -> None:
        self.first, self.last = body.get("firstName", self.first), body.get("lastName") or self.last
        self.emails, self.phones = body.get("emails", self.emails), body.get("phones", self.phones)
        self.urls = body.get("urls") or self.urls
        if "tags" in body:  # they replace those of the profile, and a pool is one of these
            self.pools = [pool for pool in self.pools if pool in body["tags"]]
            self.tags = [tag for tag in body["tags"] if tag not in self.pools]
        self.cv = body.get("resumeContent", {}).get("content", self.cv)
        self.updated = now

    def advance(self, position: int, stage: str, now: int) -> None:
        old = [a for a in self.applications if a.position == position]
        applied = old[0].applied if old else now
        self.applications = [a for a in self.applications if a.position != position]
        self.applications.append(Application(position, stage, applied, now))
        self.updated = now

    def profile(self, include: str, positions: Mapping[int, Job]) -> Body:
        """The profile; applications and tags are absent unless they are asked for."""
        asked = include.split(",")
        tags = [{"id": f"tag-{n}", "tag": t, "createdTime": 0} for n, t in enumerate(self.tags + self.pools)]
        applications = [_application(a, positions[a.position].title) for a in self.applications]
        return {
            "id": self.id,
            "profileId": self.number,
            "atsEntityId": self.ats,
            "atsData": {"systemId": self.system, "candidateId": self.ats},
            "firstName": self.first,
            "lastName": self.last,
            "fullName": f"{self.first} {self.last}".strip(),
            "email": self.emails,
            "phone": self.phones,
            "urls": self.urls,
            "lastUpdated": self.updated,
            "sources": [{"sourceType": "ats", "sourceName": self.system, "datetime": _iso(self.created)}],
            **({"tags": tags} if "tags" in asked else {}),
            **({"applications": applications} if "applications" in asked else {}),
        }

    def candidate(self, include: str) -> Body:
        """The ATS candidate; its tags are absent unless they are asked for."""
        person = {"candidateId": self.ats, "systemId": self.system, "firstName": self.first}
        tags = {"tags": self.tags} if "tags" in include.split(",") else {}
        contact = {"lastName": self.last, "emails": self.emails, "phones": self.phones, "urls": self.urls}
        return {**person, **contact, "lastActivityTs": self.updated, **tags}

    def row(self, positions: Mapping[int, Job]) -> Body:
        return {
            "id": self.id,
            "name": f"{self.first} {self.last}",
            "email": self.emails or "",
            "where": ", ".join([positions[a.position].title for a in self.applications] + self.pools),
            "stage": self.applications[-1].stage if self.applications else "",
            "tags": self.tags + self.pools,
            "notes": [note["note"] for note in self.notes],
            "deeds": ["move", "tag", *(["hire", "reject"] if self.applications else [])],
        }


def position_json(id: int, job: Job, include: str, *, still_open: bool) -> Body:
    stages = {"atsData": {"title": job.title, "jobStages": list(job.stages)}} if include == "atsData" else {}
    return {"positionId": id, "name": job.title, "open": still_open, **stages}


def check_candidate(body: Body) -> None:
    """Refuse a field that is not known, or of another type than documented."""
    wrong = [n for n, v in body.items() if n not in FIELDS or not isinstance(v, FIELDS[n])]
    if wrong:
        raise refused(wrong[0])
    file = body.get("resumeContent")
    if file is not None and not (_is_base64(file.get("content")) and file.get("isBase64") is True):
        raise refused("resumeContent")


def page(request: web.Request, rows: list[Body], by_number: int | None = None) -> web.Response:
    """Paged by offset, or by page number with pages of `by_number` rows."""
    start, limit = int(request.query.get("start", 0)), min(int(request.query.get("limit", 10)), 100)
    first, size = (start * by_number, by_number) if by_number else (start, limit)
    shown = rows[first : first + size]
    meta = {"totalCount": len(rows), "pageTotalCount": len(shown), "pageStartIndex": first}
    return web.json_response({"data": shown, "meta": meta})


def refused(field: str) -> Refusal:
    return Refusal(400, {"message": f"Invalid value for {field}"})


def _application(a: Application, title: str) -> Body:
    return {
        "applicationId": f"app-{a.position}",
        "applicationStatus": a.status,
        "currentStage": a.stage,
        "positionId": a.position,
        "positionTitle": title,
        "applicationTime": a.applied,
        "lastModifiedTime": a.modified,
    }


def _is_base64(text: object) -> bool:
    try:
        return isinstance(text, str) and bool(base64.b64decode(text, validate=True))
    except binascii.Error:
        return False


def _iso(moment: int) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat()
