"""A destination as one opaque word, for the values of buttons."""

from __future__ import annotations

import base64
import json

from connectors.models import Destination


def key_of(destination: Destination) -> str:
    """Kind, job id and id; titles stay out, since they change and may be long."""
    parts = [str(destination.kind), destination.job_id or "", destination.id]
    packed = json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(packed).rstrip(b"=").decode()
