"""Finds the Chromium that the page tests drive, and installs one where there is none."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMED = "SHORTLIST_CHROMIUM"
ON_PATH = ("chromium", "chromium-browser", "google-chrome")
ANSWER_SECONDS, INSTALL_SECONDS = 30, 600
Step = tuple[list[str], dict[str, str]]


def find() -> Path | None:
    """The first Chromium that runs; None when there is none. One that is named by `SHORTLIST_CHROMIUM` is the only one."""
    if named := os.environ.get(NAMED):
        return Path(named) if runs(Path(named)) else None
    return next(filter(runs, _candidates()), None)


def runs(browser: Path) -> bool:
    """Whether it starts: a distribution may leave a script that only says where to get the browser."""
    try:
        asked = subprocess.run([browser, "--version"], capture_output=True, timeout=ANSWER_SECONDS)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return asked.returncode == 0


def _candidates() -> Iterator[Path]:
    yield from (Path(found) for name in ON_PATH if (found := shutil.which(name)))
    # Playwright's blocking side refuses to work on a thread that has an event loop.
    with ThreadPoolExecutor(1) as thread:
        yield thread.submit(_of_playwright).result()


def _of_playwright() -> Path:
    with sync_playwright() as playwright:
        return Path(playwright.chromium.executable_path)


def _ways() -> Iterator[tuple[str, list[Step]]]:
    """How to get one here, the best first: a title, and the commands with what they add to the environment."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get") is not None
    if root:
        quiet = {"DEBIAN_FRONTEND": "noninteractive"}
        install = ["apt-get", "install", "-y", "--no-install-recommends", "chromium"]
        yield "apt-get", [(["apt-get", "update"], quiet), (install, quiet)]
    own = [sys.executable, "-m", "playwright", "install", *(["--with-deps"] if root else []), "chromium"]
    yield "playwright install", [(own, {})]


def _install(steps: list[Step]) -> str:
    """Run the commands; returns what the one that failed said last, nothing when all is well."""
    for command, more in steps:
        try:
            done = subprocess.run(
                command,
                env=os.environ | more,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=INSTALL_SECONDS,
            )
        except (OSError, subprocess.TimeoutExpired) as problem:
            return f"{command[0]}: {problem}"
        if done.returncode:
            return "\n".join(done.stdout.splitlines()[-5:])
    return ""


def main() -> None:
    """Exit quietly when there is a Chromium or one could be installed; else say what to do."""
    if find():
        return
    if named := os.environ.get(NAMED):
        sys.exit(f"{NAMED} names {named}, which does not start. Name a Chromium that does, or unset it.")
    said = []
    for title, steps in _ways():
        print(f"The page tests need Chromium; installing it with {title} …", flush=True)
        problem = _install(steps)
        if find():
            return
        said.append(f"{title}: {problem or 'done, but no Chromium starts'}")
    sys.exit(
        "No Chromium could be installed.\n"
        + "\n".join(said)
        + f"\nInstall Chromium or Chrome (on Debian: apt-get install chromium), or set {NAMED} to the path of one."
    )


if __name__ == "__main__":
    main()
