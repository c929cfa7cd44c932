"""How each vendor says no, and what we must make of it."""

from bot.demo.ats.server import Fault
from connectors.errors import (
    BadCredentials,
    Conflict,
    ConnectorError,
    MissingPermission,
    NotFound,
    Refused,
    Unavailable,
    UnexpectedResponse,
)

SECRET_PERSON = "secret.person@example.com"

COMMON: list[tuple[str, Fault, type[ConnectorError]]] = [
    ("401", Fault(401, {"detail": SECRET_PERSON}), BadCredentials),
    ("403", Fault(403, {"detail": SECRET_PERSON}), MissingPermission),
    ("404", Fault(404, {"detail": SECRET_PERSON}), NotFound),
    ("409", Fault(409, {"detail": SECRET_PERSON}), Conflict),
    ("400", Fault(400, {"detail": SECRET_PERSON}), Refused),
    ("500", Fault(500, SECRET_PERSON, content_type="text/plain"), Unavailable),
    ("503", Fault(503, "<html>maintenance</html>", content_type="text/html"), Unavailable),
    ("a redirect", Fault(302, "", {"Location": "http://127.0.0.1:9/"}), UnexpectedResponse),
    ("HTML", Fault(200, f"<html>{SECRET_PERSON}</html>", content_type="text/html"), UnexpectedResponse),
    ("truncated JSON", Fault(200, '{"id": 1, "email": "' + SECRET_PERSON), UnexpectedResponse),
    (
        "a wrong shape",
        Fault(200, {"id": {"email": SECRET_PERSON}, "data": 7, "results": 7}),
        UnexpectedResponse,
    ),
    ("nothing", Fault(200, ""), UnexpectedResponse),
    ("a hang", Fault(hang=True), Unavailable),
    ("a reset", Fault(reset=True), Unavailable),
]

BY_VENDOR: dict[str, list[tuple[str, Fault, type[ConnectorError]]]] = {
    "recruspace": [
        (
            "wrong key",
            Fault(401, {"detail": "Authentication credentials were not provided."}),
            BadCredentials,
        ),
        ("unknown fields", Fault(400, {"email": [SECRET_PERSON]}), Refused),
    ],
}

CASES = [
    pytest_case
    for vendor, own in BY_VENDOR.items()
    for pytest_case in [(vendor, *case) for case in [*COMMON, *own]]
]
