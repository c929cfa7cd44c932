"""Of which commit what runs here is."""

from __future__ import annotations

import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
WRITTEN = ("docs/reliability.json", "docs/reliability.md")
"""What a run changes itself."""
NO_GIT = "no git"


def commit(root: Path = ROOT) -> str:
    """Its short name, and whether files were changed since."""
    short = _git(root, "rev-parse", "--short=10", "HEAD")
    if not short:
        return NO_GIT
    others = [f":!{path}" for path in WRITTEN]
    changed = _git(root, "status", "--porcelain", "--untracked-files=no", "--", ".", *others)
    return f"{short} with changes" if changed else short


def _git(root: Path, *words: str) -> str:
    try:
        done = subprocess.run(["git", *words], cwd=root, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return done.stdout.strip()
