"""Bounds what a process that reads a hostile file may use."""

from __future__ import annotations

import resource

MEMORY = 1 << 30
SECONDS = 8
FILES = 64


def limit() -> None:
    """Bound memory, time and files before anything of the file is looked at; a core dump would hold it."""
    for kind, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_NOFILE, FILES),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(kind)
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (allowed, allowed))
