"""Recognises what the columns of a table hold, by what people call them and by what is in them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum

from commands.table.sheet import Line, Sheet
from commands.text.recognise import SITES, is_link, tidy_address
from connectors.matching import plain

SAMPLE = 20
"""Rows that tell what an unnamed column holds."""
MOST = 0.6
"""The share of its cells that has to agree."""
HEADER_WITHIN = 6
"""Rows among which the header is looked for: a title or an export date may stand above it."""


class Field(StrEnum):
    """What a column can be."""

    NAME = "name"
    FIRST = "first"
    LAST = "last"
    EMAIL = "email"
    PHONE = "phone"
    LINKEDIN = "linkedin"
    LINKS = "links"
    TAGS = "tags"
    NOTE = "note"


LABELS = {
    Field.NAME: "Full name",
    Field.FIRST: "First name",
    Field.LAST: "Last name",
    Field.EMAIL: "Email",
    Field.PHONE: "Phone",
    Field.LINKEDIN: "LinkedIn",
    Field.LINKS: "Links",
    Field.TAGS: "Tags",
    Field.NOTE: "Note",
}
SEVERAL = frozenset({Field.LINKS, Field.TAGS, Field.NOTE})
"""What more than one column can be."""

Columns = tuple[Field | None, ...]
"""What each column holds, from left to right; None for one that is left out."""

# English, French, German, Spanish, Italian, Portuguese, Dutch, Polish, Swedish, Danish, Norwegian, Finnish, Czech,
# Turkish, Russian, Ukrainian, Greek, Arabic, Hebrew, Chinese, Japanese, Korean: without accents and signs.
SYNONYMS: Mapping[Field, str] = {
    Field.FIRST: """first name|firstname|first|given name|given names|forename|fname|prenom|prenoms|vorname|rufname|
        primeiro nome|nombre de pila|nombres|nome proprio|voornaam|imie|fornamn|fornavn|etunimi|jmeno|krestni jmeno|
        isim|adi|имя|ім я|ονομα|الاسم الاول|שם פרטי|名|名字|이름""",
    Field.LAST: """last name|lastname|last|surname|family name|familyname|lname|second name|nom de famille|nachname|
        familienname|zuname|apellido|apellidos|cognome|sobrenome|apelido|ultimo nome|achternaam|familienaam|nazwisko|
        efternamn|efternavn|etternavn|sukunimi|prijmeni|soyisim|soyadi|soyad|фамилия|прізвище|επωνυμο|
        اسم العائلة|שם משפחה|姓|姓氏|성""",
    Field.NAME: """full name|fullname|complete name|display name|candidate name|name candidate|person|candidate|
        candidate full name|applicant|nom complet|nom et prenom|prenom et nom|nom prenom|prenom nom|candidat|
        vollstandiger name|vor und nachname|name vorname|vorname nachname|bewerber|kandidat|nombre completo|
        nombre y apellidos|nombre y apellido|candidato|nome completo|nome e cognome|cognome e nome|volledige naam|
        kandidaat|imie i nazwisko|kandydat|fullstandigt namn|fulde navn|fullt navn|koko nimi|cele jmeno|
        jmeno a prijmeni|ad soyad|adi soyadi|фио|полное имя|ονοματεπωνυμο|الاسم الكامل|الاسم|שם מלא|שם|
        姓名|全名|氏名|名前|お名前|성명""",
    Field.EMAIL: """email|e mail|mail|email address|e mail address|mail address|emailaddress|adresse email|
        adresse e mail|adresse mail|adresse electronique|courriel|mel|e mail adresse|email adresse|mailadresse|
        correo|correo electronico|direccion de correo|direccion de email|posta elettronica|indirizzo email|
        indirizzo e mail|correio eletronico|endereco de email|endereco de e mail|emailadres|e mailadres|
        adres email|adres e mail|e post|epost|e postadress|e postadresse|sahkoposti|e posta|eposta|
        почта|электронная почта|эл почта|имейл|електронна пошта|ηλεκτρονικο ταχυδρομειο|
        البريد الالكتروني|البريد الإلكتروني|דואר אלקטרוני|אימייל|邮箱|电子邮件|电子邮箱|電子郵件|
        メール|メールアドレス|이메일|전자우편""",
    Field.PHONE: """phone|phone number|telephone|telephone number|tel|tel no|mobile|mobile number|mobile phone|cell|
        cell phone|cellphone|contact number|whatsapp|numero de telephone|portable|tel portable|numero|
        telefon|telefonnummer|handy|handynummer|mobil|mobilnummer|rufnummer|telefono|numero de telefono|movil|
        celular|telefono movil|cellulare|numero di telefono|telefone|telemovel|numero de telefone|telefoon|
        telefoonnummer|mobiel|gsm|numer telefonu|komorka|mobilnummer|puhelin|puhelinnumero|telefonni cislo|
        cep telefonu|телефон|номер телефона|мобильный|τηλεφωνο|κινητο|الهاتف|رقم الهاتف|الجوال|טלפון|נייד|
        电话|手机|手机号|電話|電話番号|携帯|携帯電話|전화|전화번호|휴대폰""",
    Field.LINKEDIN: """linkedin|linked in|linkedin url|linkedin profile|linkedin profile url|profil linkedin|
        perfil de linkedin|profilo linkedin|perfil linkedin|linkedin profiel|linkedin link|li profile""",
    Field.LINKS: """link|links|url|urls|website|web site|web|homepage|portfolio|github|gitlab|xing|behance|
        dribbble|blog|profile|profile url|profil|site|site web|site internet|lien|liens|webseite|enlace|enlaces|
        sitio web|pagina web|sito|sito web|ligacao|strona|hemsida|hjemmeside|сайт|ссылка|ссылки|网站|链接|
        リンク|ウェブサイト|링크|웹사이트""",
    Field.TAGS: """tag|tags|label|labels|keyword|keywords|skill|skills|category|categories|competence|competences|
        mot cle|mots cles|etiquette|etiquettes|schlagwort|schlagworte|schlagworter|kenntnisse|fahigkeiten|
        etiqueta|etiquetas|habilidades|etichetta|etichette|competenze|competencias|vaardigheden|trefwoorden|
        umiejetnosci|tagi|kompetenser|taggar|navyky|теги|навыки|ключевые слова|标签|技能|タグ|スキル|태그|기술""",
    Field.NOTE: """note|notes|comment|comments|remark|remarks|memo|description|summary|about|feedback|
        commentaire|commentaires|remarque|remarques|notiz|notizen|bemerkung|bemerkungen|kommentar|kommentare|
        anmerkung|anmerkungen|nota|notas|comentario|comentarios|observaciones|osservazioni|commento|commenti|
        annotazioni|observacoes|opmerking|opmerkingen|notities|uwagi|notatki|komentarz|anteckningar|kommentarer|
        huomautus|poznamka|poznamky|not|notlar|заметка|заметки|комментарий|комментарии|примечание|备注|注释|
        メモ|備考|コメント|메모|비고""",
}
UNCERTAIN = frozenset(["name", "nom", "nome", "nombre", "naam", "namn", "navn", "nimi", "ad", "nazwa"])
"""A whole name, unless one of its halves stands in another column: then it is the other half."""
FILLERS = frozenset(
    [
        "candidate",
        "applicant",
        "contact",
        "primary",
        "main",
        "work",
        "personal",
        "private",
        "professional",
        "pro",
        "the",
        "your",
        "der",
        "die",
        "das",
        "des",
        "du",
        "de",
        "candidat",
        "bewerber",
        "candidato",
        "kandidat",
        "kandidaat",
        "optional",
        "required",
    ]
)
TELLING = {
    "linkedin": Field.LINKEDIN,
    "email": Field.EMAIL,
    "mail": Field.EMAIL,
    "phone": Field.PHONE,
    "telephone": Field.PHONE,
    "telefon": Field.PHONE,
    "mobile": Field.PHONE,
    "github": Field.LINKS,
    "url": Field.LINKS,
    "tags": Field.TAGS,
    "skills": Field.TAGS,
    "notes": Field.NOTE,
    "comments": Field.NOTE,
}
"""One of these words in a longer heading is enough."""
_SIGNS = re.compile(r"[\W_0-9]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_PHONE = re.compile(r"\+?[\d\s().\-/]{7,24}")


def words_of(heading: str) -> str:
    """A heading in lower case, without accents and signs; `firstName` and `first_name` are two words."""
    return " ".join(_SIGNS.sub(" ", plain(_CAMEL.sub(" ", heading))).split())


_NAMED = {
    words_of(word): field
    for field, words in SYNONYMS.items()
    for word in words.replace("\n", "").split("|")
    if word.strip()
}


class Table:
    """A sheet with its header told from its rows. Without a header, columns are called by their letter."""

    def __init__(self, sheet: Sheet) -> None:
        at = _header(sheet.lines)
        self.rows = sheet.lines[at + 1 :] if at is not None else sheet.lines
        self.headed = at is not None
        width = max((len(line.cells) for line in sheet.lines), default=0)
        head = sheet.lines[at].cells if at is not None else ()
        self.head = tuple((*head, *[""] * width)[:width])
        self.title, self.others = sheet.title, sheet.others

    def name(self, column: int) -> str:
        return self.head[column] or f"Column {letters(column)}"

    def cells(self, column: int) -> list[str]:
        """What is in a column, as far as a sample goes."""
        found = (line.cells[column] for line in self.rows if column < len(line.cells))
        return [cell for cell, _ in zip(filter(None, found), range(SAMPLE), strict=False)]

    def recognised(self) -> Columns:
        """What each column holds; what only one can be is the first that fits best."""
        named = [field_called(heading) for heading in self.head]
        columns = _settled([words_of(heading) for heading in self.head], named)
        for at in range(len(columns)):
            found = columns[at] or (None if self.head[at] and named[at] else _field_inside(self.cells(at)))
            taken = found in columns[:at] or (columns[at] is None and found in columns)
            columns[at] = None if found and found not in SEVERAL and taken else found
        if not {Field.NAME, Field.FIRST, Field.LAST} & set(columns):
            free = (at for at, field in enumerate(columns) if field is None)
            for column in [at for at in free if _are_names(self.cells(at))][:1]:
                columns[column] = Field.NAME
        return tuple(columns)


def letters(column: int) -> str:
    """The name of a column in a spreadsheet: A, …, Z, AA."""
    name, left = "", column + 1
    while left:
        left, digit = divmod(left - 1, 26)
        name = chr(65 + digit) + name
    return name


def field_called(heading: str) -> Field | None:
    """What a heading says that its column holds."""
    words = words_of(heading)
    bare = " ".join(word for word in words.split() if word not in FILLERS)
    if found := _NAMED.get(words) or _NAMED.get(bare):
        return found
    if words in UNCERTAIN or bare in UNCERTAIN:
        return Field.NAME
    return next((TELLING[word] for word in words.split() if word in TELLING), None)


def _settled(headings: Sequence[str], named: Sequence[Field | None]) -> list[Field | None]:
    """`Nom` beside `Prénom` is a last name, `Nome` beside `Cognome` a first one."""
    half = None
    if Field.FIRST in named:
        half = Field.LAST if Field.LAST not in named else Field.NAME
    elif Field.LAST in named:
        half = Field.FIRST
    pairs = zip(headings, named, strict=True)
    return [half if half and field is Field.NAME and _uncertain(words) else field for words, field in pairs]


def _uncertain(heading: str) -> bool:
    return bool(set(heading.split()) & UNCERTAIN) and heading not in _NAMED


def _header(lines: Sequence[Line]) -> int | None:
    """Where the header stands: the early row with the most headings and nothing that only a person can have."""
    scores = [
        0 if any(map(_personal, line.cells)) else sum(bool(field_called(cell)) for cell in line.cells)
        for line in lines[:HEADER_WITHIN]
    ]
    best = max(range(len(scores)), key=lambda at: (scores[at], -at), default=0)
    if scores and scores[best] >= (1 if best == 0 else 2):
        return best
    # A header in words that are not known still differs from rows that hold addresses.
    first_has_none = bool(lines) and not any(map(_personal, lines[0].cells))
    return (
        0 if first_has_none and any(_personal(cell) for line in lines[1:4] for cell in line.cells) else None
    )


def _personal(cell: str) -> bool:
    return bool(tidy_address(cell)) or "://" in cell


def _field_inside(cells: Sequence[str]) -> Field | None:
    """What a column holds, by its content alone."""
    tests = (
        (Field.EMAIL, lambda cell: bool(tidy_address(cell))),
        (Field.LINKEDIN, lambda cell: is_link(cell) and SITES[0] in cell.casefold()),
        (Field.LINKS, is_link),
        (Field.PHONE, lambda cell: bool(_PHONE.fullmatch(cell)) and sum(c.isdigit() for c in cell) > 7),
    )
    return next((field for field, fits in tests if _mostly(sum(map(fits, cells)), cells)), None)


def _are_names(cells: Sequence[str]) -> bool:
    """Whether these are two to five words each, without a digit."""
    words = [cell.split() for cell in cells if not any(c.isdigit() or c in "@/" for c in cell)]
    return _mostly(sum(2 <= len(each) <= 5 for each in words), cells)


def _mostly(fitting: int, cells: Sequence[str]) -> bool:
    return bool(cells) and fitting >= MOST * len(cells)
