"""What Eightfold is sent about a person and their CV."""

from __future__ import annotations

import base64
import hashlib
from pathlib import PurePath

from .eightfold_api import TITLE
from .eightfold_settings import TALENT_TRACKING
from .errors import Refused
from .models import NewCandidate, Resume


def person_body(new: NewCandidate, system_id: str, now: int) -> dict[str, object]:
    """The body that creates a person; `now` is in seconds since the epoch."""
    body: dict[str, object] = {
        "firstName": new.first_name,
        "lastName": new.last_name or None,
        "emails": new.email,
        "phones": new.phone,
        "urls": list(new.links) or None,
        "lastActivityTs": now,
        "resumeContent": resume_content(new.resume) if new.resume else None,
    }
    if system_id == TALENT_TRACKING:
        body["autoGenerateCandidateId"] = True
    else:
        body["candidateId"] = own_id(new.email)
    return {name: value for name, value in body.items() if value is not None}


def own_id(email: str) -> str:
    """The id under which we file whoever has this address, in a system other than Eightfold's own."""
    return f"slack-{hashlib.blake2b(email.strip().lower().encode(), digest_size=8).hexdigest()}"


def resume_content(file: Resume) -> dict[str, object]:
    """Raises `Refused` for a CV that is only an address."""
    if file.content is None:
        raise Refused(TITLE, "takes a CV only as a file")
    content = base64.b64encode(file.content).decode()
    return {"content": content, "extension": PurePath(file.filename).suffix or ".pdf", "isBase64": True}
