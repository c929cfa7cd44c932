"""Twelve CVs in several languages and layouts; all people are invented, and every third CV is held out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .corpus import Person
from .papers import column, pdf, word

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PDF = "application/pdf"


@dataclass(frozen=True)
class Cv:
    title: str
    filename: str
    content_type: str
    draw: Callable[[], bytes]
    person: Person
    region: str | None = None


def _english() -> bytes:
    return pdf(
        [
            *column(60, 780, "Jane Doe", size=24),
            *column(60, 750, "Senior Backend Engineer"),
            *column(60, 730, "jane.doe@mail.example | +44 7911 123456 | London, United Kingdom"),
            *column(60, 714, "linkedin.com/in/jane-doe-1a2b | github.com/janedoe"),
            *column(
                60,
                680,
                "Experience",
                "Acme Payments, Lead Engineer, 2019–2024",
                "Northwind Traders, Engineer, 2015–2019",
                "",
                "Education",
                "University of Leeds, BSc Computer Science",
                "",
                "References",
                "Tom Baker, tom.baker@northwind.example, +44 7911 654321",
            ),
        ]
    )


def _french() -> bytes:
    return pdf(
        [
            *column(60, 800, "CURRICULUM VITAE", size=16),
            *column(
                60,
                770,
                "Jean-Baptiste DUPONT",
                "12 rue des Lilas",
                "69003 Lyon",
                "Tél. : 06 12 34 56 78",
                "Courriel : jb.dupont@courriel.example",
                "Né le 14/03/1988, permis B",
            ),
            *column(
                60,
                670,
                "EXPÉRIENCE PROFESSIONNELLE",
                "2018-2024 Chef de projet, Société Générale d'Exemple",
                "FORMATION",
                "2010 Master Informatique, Université Lyon 1",
            ),
        ]
    )


def _german() -> bytes:
    return word(
        "Lebenslauf",
        "Persönliche Daten",
        "Name: Dr. Annegret Schäfer-Köhler",
        "Anschrift: Lindenallee 4, 50667 Köln",
        "Telefon: 0171 2345678",
        "E-Mail: a.schaefer-koehler@netz.example",
        "Geburtsdatum: 02.05.1985",
        "Berufserfahrung",
        "2016–2024 Leiterin Qualitätssicherung, Beispielwerke AG",
        "Ausbildung",
        "Universität zu Köln, Promotion",
    )


def _spanish() -> bytes:
    return pdf(
        [
            *column(
                40,
                780,
                "Contacto",
                "+34 612 345 678",
                "lucia.fernandez@correo.example",
                "Madrid, España",
                "linkedin.com/in/luciafernandezgil",
                "",
                "Idiomas",
                "Español, Inglés (C1)",
            ),
            *column(240, 790, "Lucía Fernández Gil", size=22),
            *column(
                240,
                760,
                "Diseñadora de producto",
                "",
                "Perfil",
                "Diseñadora con nueve años de experiencia.",
                "",
                "Experiencia",
                "2020–2025 Banco Ejemplo, Diseñadora sénior",
                "2016–2020 Estudio Luna",
            ),
        ]
    )


def _indian() -> bytes:
    return word(
        "RESUME",
        "RAHUL KUMAR VERMA",
        "Mob: +91 98765 43210",
        "Email id: rahulverma.dev@mail.example",
        "Career Objective",
        "To obtain a challenging position in a reputed organisation.",
        "Personal Details",
        "Father's Name: Suresh Kumar Verma",
        "Date of Birth: 12/08/1996",
        "Languages Known: Hindi, English",
        "Declaration",
        "I hereby declare that the above is true. Rahul Kumar Verma",
    )


def _arabic() -> bytes:
    return word(
        "السيرة الذاتية",
        "الاسم: أحمد محمود السيد",
        "الهاتف: +20 100 123 4567",
        "البريد الإلكتروني: ahmed.elsayed@barid.example",
        "العنوان: القاهرة، مصر",
        "الخبرات العملية",
        "مهندس برمجيات، شركة المثال، 2018 - 2024",
        "التعليم",
        "جامعة القاهرة، بكالوريوس هندسة",
    )


def _chinese() -> bytes:
    return pdf(
        [
            *column(60, 800, "个人简历", size=18),
            *column(
                60,
                770,
                "姓名：李文静    性别：女    出生年月：1994.06",
                "电话：139 1234 5678",
                "邮箱：wenjing.li@youxiang.example",
                "教育背景",
                "2012-2016 浙江大学 计算机科学",
                "工作经历",
                "2016-2024 示例科技有限公司 数据分析师",
            ),
        ]
    )


def _sidebar_after() -> bytes:
    return pdf(
        [
            *column(60, 790, "MARTA NOWAK", size=26),
            *column(60, 764, "DATA SCIENTIST", size=12),
            *column(
                60,
                730,
                "ABOUT ME",
                "I turn messy data into decisions.",
                "",
                "WORK",
                "2021–now Example Analytics, Warsaw",
                "2018–2021 Sample Bank, Kraków",
                "",
                "SKILLS",
                "Python, SQL, dbt",
            ),
            *column(
                400,
                730,
                "CONTACT",
                "marta.nowak@poczta.example",
                "+48 601 234 567",
                "www.martanowak.example",
                "github.com/mnowak",
            ),
        ]
    )


def _table() -> bytes:
    return word(
        "Esperienza",
        "2019–2025 Sviluppatore, Esempio S.p.A., Torino",
        "Autorizzo il trattamento dei dati personali.",
        table=[
            ["INFORMAZIONI PERSONALI", ""],
            ["Nome", "Giulia Ferrara"],
            ["Telefono", "+39 347 123 4567"],
            ["E-mail", "giulia.ferrara@posta.example"],
            ["Nazionalità", "Italiana"],
        ],
    )


def _header() -> bytes:
    return word(
        "Profile",
        "Product manager with a background in logistics.",
        "Experience",
        "Globex Shipping, Rotterdam, 2017–2025",
        "Education",
        "Erasmus University Rotterdam",
        header=["Willem van den Broek", "w.vandenbroek@bericht.example · +31 6 12345678"],
    )


def _box() -> bytes:
    return word(
        "Work experience",
        "Initech Ltd, Dublin: systems administrator, 2014–2025",
        "Hobbies",
        "Hurling, baking",
        box=["Siobhán O'Connor", "siobhan@oconnor.example", "+353 85 123 4567"],
    )


def _two_pages() -> bytes:
    return pdf(
        [
            *column(200, 800, "Dr. Mehmet Ali Öztürk, PhD", size=18),
            *column(200, 775, "Machine Learning Researcher", "mehmet@ozturk.example"),
            *column(
                60,
                730,
                "Publications",
                "Öztürk, M. A. and Smith, J. (2023). On sparse things. doi:10.1000/182",
                "Çelik, B. and Öztürk, M. A. (2021). On dense things.",
            ),
        ],
        column(60, 800, "Contact", "Phone: +90 532 123 45 67", "https://linkedin.com/in/mehmet-ali-ozturk/"),
    )


P = Person
CVS: tuple[Cv, ...] = (
    Cv(
        "English, name on top",
        "Jane Doe Resume 2025.pdf",
        PDF,
        _english,
        P(
            "Jane Doe",
            "jane.doe@mail.example",
            "+447911123456",
            ("https://linkedin.com/in/jane-doe-1a2b", "https://github.com/janedoe"),
        ),
    ),
    Cv(
        "French, a heading first, surname in capitals",
        "cv.pdf",
        PDF,
        _french,
        P("Jean-Baptiste Dupont", "jb.dupont@courriel.example", "+33612345678"),
        "FR",
    ),
    Cv(
        "German, labelled lines (DOCX)",
        "Lebenslauf_Schaefer.docx",
        DOCX,
        _german,
        P("Annegret Schäfer-Köhler", "a.schaefer-koehler@netz.example", "+491712345678"),
        "DE",
    ),
    Cv(
        "Spanish, contact in a sidebar that comes first",
        "CV_Lucia_Fernandez.pdf",
        PDF,
        _spanish,
        P(
            "Lucía Fernández Gil",
            "lucia.fernandez@correo.example",
            "+34612345678",
            ("https://linkedin.com/in/luciafernandezgil",),
        ),
    ),
    Cv(
        "Indian, in capitals (DOCX)",
        "resume_final (2).docx",
        DOCX,
        _indian,
        P("Rahul Kumar Verma", "rahulverma.dev@mail.example", "+919876543210"),
    ),
    Cv(
        "Arabic (DOCX)",
        "CV.docx",
        DOCX,
        _arabic,
        P("أحمد محمود السيد", "ahmed.elsayed@barid.example", "+201001234567"),
    ),
    Cv(
        "Chinese",
        "简历.pdf",
        PDF,
        _chinese,
        P("李文静", "wenjing.li@youxiang.example", "+8613912345678"),
        "CN",
    ),
    Cv(
        "Polish, a sidebar that comes last",
        "marta-nowak-cv.pdf",
        PDF,
        _sidebar_after,
        P(
            "Marta Nowak",
            "marta.nowak@poczta.example",
            "+48601234567",
            ("https://www.martanowak.example", "https://github.com/mnowak"),
        ),
    ),
    Cv(
        "Italian, a table (DOCX)",
        "Europass-CV.docx",
        DOCX,
        _table,
        P("Giulia Ferrara", "giulia.ferrara@posta.example", "+393471234567"),
    ),
    Cv(
        "Dutch, contact in the page header (DOCX)",
        "document1.docx",
        DOCX,
        _header,
        P("Willem van den Broek", "w.vandenbroek@bericht.example", "+31612345678"),
    ),
    Cv(
        "Irish, a text box (DOCX)",
        "SOC.docx",
        DOCX,
        _box,
        P("Siobhán O'Connor", "siobhan@oconnor.example", "+353851234567"),
    ),
    Cv(
        "Turkish, titles, contact on the second page",
        "ozturk.pdf",
        PDF,
        _two_pages,
        P(
            "Mehmet Ali Öztürk",
            "mehmet@ozturk.example",
            "+905321234567",
            ("https://linkedin.com/in/mehmet-ali-ozturk/",),
        ),
    ),
)


def shown() -> tuple[Cv, ...]:
    return tuple(each for at, each in enumerate(CVS) if at % 3 != 2)


def held_out() -> tuple[Cv, ...]:
    return tuple(each for at, each in enumerate(CVS) if at % 3 == 2)
