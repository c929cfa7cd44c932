"""What people have been saying in the demo's channels before you come: candidates, in the ways they are mentioned."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from bot.demo.papers import Line, pdf, word
from bot.demo.slack.files import Given
from bot.demo.slack.server import StandInSlack

ADA, MIA, GUS, PAT = "U0ADA", "U0MIA", "U0GUS", "U0PAT"
HIRING, ENGINEERING, PARTNERS = "C0HIRING", "C0ENG", "C0ACME"
MINUTE, HOUR = 60.0, 3600.0


@dataclass(frozen=True)
class Paper:
    """A CV to attach; its name tells whether it is a PDF or a Word document."""

    name: str
    lines: Sequence[Line]

    def file(self) -> Given:
        """The document itself."""
        return self.name, (word if self.name.endswith(".docx") else pdf)(self.lines), ""


@dataclass(frozen=True)
class Said:
    """One message, `ago` seconds before the demo started."""

    ago: float
    channel: str
    user: str
    text: str
    paper: Paper | None = None


AMARA = Paper(
    "Amara Diallo CV.pdf",
    (
        ("title", "Amara Diallo"),
        ("text", "Senior backend engineer, Nantes"),
        ("text", "amara.diallo@example.com · +33 6 39 98 41 07"),
        ("text", "linkedin.com/in/amara-diallo-example · github.com/amara-diallo-example"),
        ("head", "Profile"),
        (
            "text",
            "Eight years of building services that move money: ledgers, reconciliation, card payments. Happiest "
            "where correctness matters and the team writes things down.",
        ),
        ("head", "Experience"),
        ("text", "2021 to now: lead engineer, payments, at a bank in Nantes. Python, Go, PostgreSQL, Kafka."),
        (
            "text",
            "2017 to 2021: backend engineer at a ticketing company in Paris. Python, Redis, Kubernetes.",
        ),
        ("head", "Skills"),
        ("text", "Python, Go, PostgreSQL, Kafka, Kubernetes, observability, mentoring"),
        ("head", "Education"),
        ("text", "2016: master's degree in computer science, Université de Nantes"),
        ("head", "Languages"),
        ("text", "French and Wolof (native), English (fluent)"),
    ),
)
TOMAS = Paper(
    "Tomás Herrera - CV.docx",
    (
        ("title", "Tomás Herrera"),
        ("text", "Data analyst"),
        ("text", "Email: tomas.herrera@example.org"),
        ("text", "Phone: +44 20 7946 0523"),
        ("text", "Portfolio: https://tomas-herrera.example"),
        ("head", "What I do"),
        ("text", "I turn messy operational data into decisions: SQL, dbt, Python, and plain sentences."),
        ("head", "Work"),
        ("text", "2020 to now: analyst at a bicycle hire company in London. Forecasts, pricing, dashboards."),
        ("text", "2018 to 2020: junior analyst at a hospital trust. Waiting lists, SQL, Tableau."),
        ("head", "Skills"),
        ("text", "SQL, Python, dbt, Tableau, statistics"),
    ),
)
DANA = Paper(
    "Dana Whitfield.pdf",
    (
        ("title", "Dana Whitfield"),
        ("text", "Product designer · dana.whitfield@example.net · +44 20 7946 0688"),
        ("head", "Selected work"),
        ("text", "A booking flow for clinics, from research to launch; a design system for four products."),
        ("head", "Skills"),
        ("text", "Interaction design, prototyping, accessibility, Figma, user research"),
    ),
)

CONVERSATION = (
    Said(
        27 * HOUR,
        HIRING,
        ADA,
        "We want two more backend people by spring. If somebody good writes to you, post it here.",
    ),
    Said(
        26 * HOUR,
        HIRING,
        MIA,
        "Lena Fischer got in touch after my talk: lena.fischer@example.com, +44 20 7946 0342, "
        "https://www.linkedin.com/in/lena-fischer-example. Six years of Go, would work from Leipzig. #go #remote",
    ),
    Said(
        25 * HOUR,
        ENGINEERING,
        MIA,
        "Sam Rivera (sam.rivera@example.com) did really well in the first call. Next round?",
    ),
    Said(
        23 * HOUR,
        HIRING,
        GUS,
        "Zoë (zoe@example.com) asks when she will hear about the Backend Engineer job. "
        "She has another offer, open until Friday.",
    ),
    Said(
        5 * HOUR,
        PARTNERS,
        PAT,
        "Hello both! We would like to introduce Dana Whitfield for your designer job: "
        "dana.whitfield@example.net. Her CV is attached.",
        DANA,
    ),
    Said(
        3 * HOUR,
        HIRING,
        MIA,
        "Three people from the Lyon meetup who asked us to keep in touch:\n"
        "• Hugo Martin <hugo.martin@example.com>, +33 6 39 98 12 34, data analyst\n"
        "• Inès Laurent <ines.laurent@example.org>, designer, https://github.com/ines-laurent-example\n"
        "• Jonas Weber, jonas.weber@example.net",
    ),
    Said(
        95 * MINUTE,
        HIRING,
        ADA,
        "This CV has just come in. Could somebody add her to Backend talent? #payments",
        AMARA,
    ),
    Said(
        40 * MINUTE,
        HIRING,
        MIA,
        "And one for the Data Analyst job, through a friend of mine:",
        TOMAS,
    ),
    Said(
        14 * MINUTE,
        HIRING,
        GUS,
        "From my inbox:\n"
        "> Hello, I saw your Product Designer opening and would love to talk. My portfolio is at "
        "https://priya-raman.example\n"
        "> Best regards,\n"
        "> Priya Raman\n"
        "> priya.raman@example.com | +44 20 7946 0117",
    ),
    Said(
        6 * MINUTE,
        HIRING,
        ADA,
        "No need to copy any of this by hand: open the menu of a message, and @shortlist does the rest.",
    ),
)


async def converse(slack: StandInSlack) -> None:
    """Posts all of it, the oldest first; the bot does not hear of it."""
    for said in CONVERSATION:
        # A Word document begins with a template that is read from disk.
        files = [await asyncio.to_thread(said.paper.file)] if said.paper else []
        slack.upload(said.user, said.channel, said.text, files, ago=said.ago)
