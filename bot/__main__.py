"""Where `shortlist` and `python -m bot` begin."""

from __future__ import annotations

from bot.garbage import seldom


def main() -> None:
    seldom()  # before anything is loaded: it is a tenth of a start
    from bot.shell import cli

    cli()


if __name__ == "__main__":
    main()
