"""What columns hold is recognised in many languages, and rows become people or reasons."""

import csv
import io

import pytest

from commands.table.columns import Field, Table, field_called, letters
from commands.table.failures import as_csv, counted, harmless
from commands.table.importing import Failure
from commands.table.intake import Entry, Problem, entries, entry_of, importable
from commands.table.sheet import Line, Sheet
from commands.table.spreadsheet import sheet_of
from connectors.models import NewCandidate

F = Field

HEADS: dict[str, dict[Field, str]] = {
    "English": {F.FIRST: "First Name", F.LAST: "Surname", F.EMAIL: "E-mail address", F.PHONE: "Mobile", F.TAGS: "Skills"},
    "French": {F.FIRST: "Prénom", F.LAST: "Nom", F.EMAIL: "Courriel", F.PHONE: "Téléphone", F.NOTE: "Commentaire"},
    "German": {F.FIRST: "Vorname", F.LAST: "Nachname", F.EMAIL: "E-Mail", F.PHONE: "Handy", F.NOTE: "Bemerkungen"},
    "Spanish": {F.FIRST: "Nombre", F.LAST: "Apellidos", F.EMAIL: "Correo electrónico", F.PHONE: "Teléfono móvil"},
    "Italian": {F.FIRST: "Nome", F.LAST: "Cognome", F.EMAIL: "Posta elettronica", F.PHONE: "Cellulare"},
    "Portuguese": {F.FIRST: "Nome", F.LAST: "Sobrenome", F.EMAIL: "E-mail", F.PHONE: "Telemóvel"},
    "Dutch": {F.FIRST: "Voornaam", F.LAST: "Achternaam", F.EMAIL: "E-mailadres", F.PHONE: "Telefoonnummer"},
    "Polish": {F.FIRST: "Imię", F.LAST: "Nazwisko", F.EMAIL: "Adres e-mail", F.PHONE: "Numer telefonu"},
    "Swedish": {F.FIRST: "Förnamn", F.LAST: "Efternamn", F.EMAIL: "E-post", F.PHONE: "Mobilnummer"},
    "Russian": {F.FIRST: "Имя", F.LAST: "Фамилия", F.EMAIL: "Почта", F.PHONE: "Телефон"},
    "Japanese": {F.NAME: "氏名", F.EMAIL: "メールアドレス", F.PHONE: "電話番号", F.NOTE: "備考"},
    "Chinese": {F.NAME: "姓名", F.EMAIL: "电子邮件", F.PHONE: "手机号"},
    "Arabic": {F.NAME: "الاسم الكامل", F.EMAIL: "البريد الإلكتروني", F.PHONE: "رقم الهاتف"},
    "Turkish": {F.NAME: "Ad Soyad", F.EMAIL: "E-posta", F.PHONE: "Cep telefonu"},
    "code": {F.FIRST: "firstName", F.LAST: "last_name", F.EMAIL: "candidate_email", F.LINKEDIN: "linkedinProfileUrl"},
    "whole names": {F.NAME: "Name", F.EMAIL: "Email 1", F.LINKS: "Portfolio URL", F.TAGS: "Tags", F.NOTE: "Notes"},
    "German halves": {F.LAST: "Name", F.FIRST: "Vorname", F.EMAIL: "Mail"},
}  # fmt: skip


@pytest.mark.parametrize("language", HEADS)
def test_headings_are_known(language: str) -> None:
    wanted = HEADS[language]
    table = Table(sheet_of(";".join(wanted.values()).encode() + b"\n" + b";".join([b"x"] * len(wanted))))
    assert table.recognised() == tuple(wanted)


@pytest.mark.parametrize("heading", ["Salary", "Start date", "", "Company", "123"])
def test_what_is_not_known_is_left_out(heading: str) -> None:
    assert field_called(heading) is None


def test_without_a_header_the_content_tells() -> None:
    read = Table(
        sheet_of(
            b"Jane Doe,jane@example.com,https://linkedin.com/in/jane,+33 6 12 34 56 78,https://jane.example.com,42\n"
            b"Joe Roy,joe@example.com,linkedin.com/in/joe,+33 6 12 34 56 79,https://joe.example.com,43\n"
        )
    )
    assert not read.headed
    assert len(read.rows) == 2
    assert read.recognised() == (F.NAME, F.EMAIL, F.LINKEDIN, F.PHONE, F.LINKS, None)
    assert read.name(5) == "Column F"


def test_a_header_may_stand_below_a_title() -> None:
    read = Table(sheet_of(b"Export of May,,\n,,\nFull name,Email,Tags\nJane Doe,jane@example.com,go\n"))
    assert (read.head, [line.number for line in read.rows]) == (("Full name", "Email", "Tags"), [4])


def test_a_header_in_words_of_no_known_language_is_one() -> None:
    read = Table(sheet_of(b"Nimeke,Posti\nAino Laine,aino@example.com\nEero Maki,eero@example.com\n"))
    assert (read.headed, len(read.rows), read.recognised()[1]) == (True, 2, F.EMAIL)


def test_what_one_column_alone_can_be_is_one() -> None:
    columns = Table(
        sheet_of(b"Email,Work email,Notes,Comments\na@example.com,b@example.com,c,d\n")
    ).recognised()
    assert columns == (F.EMAIL, None, F.NOTE, F.NOTE)


@pytest.mark.parametrize(("column", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (99, "CV")])
def test_columns_are_called_as_in_a_spreadsheet(column: int, name: str) -> None:
    assert letters(column) == name


def row(*required: str, region: str | None = None, **cells: str) -> Entry:
    columns = tuple(Field(name) for name in cells)
    return entry_of(Line(number=2, cells=tuple(cells.values())), columns, required, region)


def person(entry: Entry) -> NewCandidate:
    assert entry.person, entry.problem
    return entry.person


@pytest.mark.parametrize(
    ("cells", "name"),
    [
        ({"first": "Jane", "last": "Doe"}, ("Jane", "Doe")),
        ({"name": "Jane van der Doe"}, ("Jane", "van der Doe")),
        ({"name": "Doe, Jane"}, ("Jane", "Doe")),
        ({"name": "Jane Doe", "first": "Janet"}, ("Jane", "Doe")),
        ({"last": "Doe"}, ("Doe", "")),
        ({"name": "  Cher  "}, ("Cher", "")),
    ],
)
def test_names(cells: dict[str, str], name: tuple[str, str]) -> None:
    found = person(row(email="jane@example.com", **cells))
    assert (found.first_name, found.last_name) == name


@pytest.mark.parametrize(
    "cell",
    [
        "jane@example.com",
        "Jane <jane@example.com>",
        "mailto:jane@example.com",
        "jane@example.com; j@b.example",
        " jane@example.com,",
    ],
)
def test_addresses(cell: str) -> None:
    assert person(row(name="Jane Doe", email=cell)).email == "jane@example.com"


def test_a_phone_number_that_cannot_be_read_goes_into_the_note() -> None:
    assert person(row(name="J D", email="j@d.example", phone="+33 6 12 34 56 78")).phone == "+33612345678"
    assert (
        person(row(name="J D", email="j@d.example", phone="06 12 34 56 78", region="FR")).phone
        == "+33612345678"
    )
    assert person(row(name="J D", email="j@d.example", phone="33612345678")).phone == "+33612345678"
    unread = row(name="J D", email="j@d.example", phone="06 12 34 56 78", note="Good")
    assert (person(unread).phone, unread.note) == (None, "Good\n\nPhone: 06 12 34 56 78")


def test_links_and_tags() -> None:
    found = row(
        name="J D",
        email="j@d.example",
        linkedin="linkedin.com/in/j",
        links="https://j.example, nothing",
        tags="#go, Go;rust|c",
    )
    assert person(found).links == ("https://linkedin.com/in/j", "https://j.example")
    assert found.tags == ("go", "rust", "c")


@pytest.mark.parametrize(
    ("cells", "required", "problem"),
    [
        ({"name": "J D", "email": ""}, (), Problem.NO_EMAIL),
        ({"name": "J D", "email": "nowhere"}, (), Problem.BAD_EMAIL),
        ({"name": "", "email": "j@d.example"}, (), Problem.NO_NAME),
        ({"name": "J", "email": "j@d.example"}, ("last_name",), Problem.NO_LAST),
        ({"name": "J D", "email": "j@d.example"}, ("phone",), Problem.NO_PHONE),
        ({"name": "J" * 300, "email": "j@d.example"}, (), Problem.LONG),
        ({"name": "J D", "email": "j@d.example", "note": "x" * 10_001}, (), Problem.LONG),
        ({"name": "J D", "email": "j@d.example", "tags": "x" * 100}, (), Problem.TAGS),
        ({"name": "J D", "email": "j@d.example", "tags": ",".join(map(str, range(30)))}, (), Problem.TAGS),
    ],
)
def test_why_a_row_is_nobody(cells: dict[str, str], required: tuple[str, ...], problem: Problem) -> None:
    assert row(*required, **cells).problem is problem


def test_an_address_counts_once() -> None:
    table = Table(sheet_of(b"Name,Email\nA B,a@example.com\nC D,A@Example.com\nE F,e@example.com\n"))
    found = entries(table, table.recognised(), ())
    assert [entry.problem for entry in found] == [None, Problem.TWICE, None]
    assert importable(found) == 2


def failure(*cells: str, reason: str = "no name") -> Failure:
    return Failure(line=Line(number=7, cells=cells), reason=reason)


@pytest.mark.parametrize("cell", ["=1+1", "+33", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_no_cell_is_a_formula(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"
    (found,) = csv.reader(io.StringIO(as_csv((), [failure(cell)]).decode("utf-8-sig"), newline=""))
    assert found[0].startswith("'")


def test_what_failed_can_be_read_again() -> None:
    cells = ("Zoë, “Z”", "+33 6", "two\nlines")
    written = as_csv(("Name", "=Phone"), [failure(*cells), failure("x", reason="no email address")])
    read = sheet_of(written)
    assert read.lines[0].cells == ("Name", "=Phone", "", "Row", "Problem")
    assert read.lines[1].cells == (*cells, "7", "no name")
    assert isinstance(read, Sheet)


def test_reasons_are_counted() -> None:
    found = [failure("a"), failure("b", reason="x"), failure("c")]
    assert counted(found) == [("no name", 2), ("x", 1)]
