"""Messages as recruiters write, paste and forward them, and the people whom a careful reader finds in them.

All people, companies and addresses are invented. Every third message was held out: written before the code that reads
it, and looked at only when that code was done.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

Json: TypeAlias = "Mapping[str, Json] | list[Json] | str | int | bool | None"

OWN = ("acme.example",)
"""The domain of the company whose recruiters write here."""


@dataclass(frozen=True)
class Person:
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    links: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Case:
    """A message, either as plain text or as Slack's own object."""

    title: str
    message: str | Mapping[str, Json]
    people: tuple[Person, ...]
    region: str | None = None


def case(title: str, message: str | Mapping[str, Json], *people: Person, region: str | None = None) -> Case:
    return Case(title, message, people, region)


P = Person

CASES: tuple[Case, ...] = (
    case("a name and an address", "Jane Doe jane.doe@mail.example", P("Jane Doe", "jane.doe@mail.example")),
    case(
        "everything in one line",
        "Can somebody add Priya Raman, priya.raman@mail.example, +91 98450 12345, "
        "https://www.linkedin.com/in/priya-raman-8a1b2c/ #backend #senior please?",
        P(
            "Priya Raman",
            "priya.raman@mail.example",
            "+919845012345",
            ("https://www.linkedin.com/in/priya-raman-8a1b2c/",),
            ("backend", "senior"),
        ),
    ),
    case(
        "French, a referral with a national number",
        "Salut l'équipe, je vous recommande Élodie Lefèvre (elodie.lefevre@courriel.example, 06 12 34 56 78), "
        "elle cherche un poste de data engineer à Lyon.",
        P("Élodie Lefèvre", "elodie.lefevre@courriel.example", "+33612345678"),
        region="FR",
    ),
    case(
        "Slack's own markup",
        {
            "text": "New applicant: *Tomasz Zieliński* &lt;<mailto:t.zielinski@poczta.example|t.zielinski@poczta.example>&gt;"
            " <tel:+48601234567|+48 601 234 567> <https://github.com/tzielinski?tab=repositories|github.com/tzielinski>"
        },
        P(
            "Tomasz Zieliński",
            "t.zielinski@poczta.example",
            "+48601234567",
            ("https://github.com/tzielinski",),
        ),
    ),
    case(
        "small talk",
        "Thanks everyone, lunch at 12:30? I booked a table for 8 at Luigi's.",
    ),
    case(
        "a forwarded mail",
        "Fwd: Application for Senior Go Engineer\n"
        "From: Marcus Lindqvist <marcus.lindqvist@brev.example>\n"
        "To: Acme Jobs <jobs@acme.example>\n"
        "Date: Tue, 14 Oct 2025 09:12:44 +0200\n"
        "Subject: Application for Senior Go Engineer\n\n"
        "Hi,\nI have eight years of Go behind me and would love to talk.\n\nBest regards,\nMarcus\n+46 70 123 45 67",
        P("Marcus Lindqvist", "marcus.lindqvist@brev.example", "+46701234567"),
    ),
    case(
        "a bullet list of three",
        "Shortlist for Thursday:\n"
        "• Aisha Bello – aisha.bello@mail.example – +234 803 123 4567\n"
        "• Kwame Mensah – kwame.mensah@mail.example – +233 24 412 3456\n"
        "• Thandiwe Nkosi – t.nkosi@mail.example – +27 82 123 4567",
        P("Aisha Bello", "aisha.bello@mail.example", "+2348031234567"),
        P("Kwame Mensah", "kwame.mensah@mail.example", "+233244123456"),
        P("Thandiwe Nkosi", "t.nkosi@mail.example", "+27821234567"),
    ),
    case(
        "German with a signature block",
        "Guten Tag,\nanbei meine Bewerbungsunterlagen als Softwarearchitekt.\n\nMit freundlichen Grüßen\n"
        "Dr. Jürgen Weißmüller\nHauptstraße 12\n80331 München\nTel.: 0151 23456789\njuergen.weissmueller@netz.example",
        P("Jürgen Weißmüller", "juergen.weissmueller@netz.example", "+4915123456789"),
        region="DE",
    ),
    case(
        "only a LinkedIn address",
        "worth a look? https://www.linkedin.com/in/sofia-marchetti-4b7a91?utm_source=share&utm_campaign=share_via&utm_medium=ios_app",
        P("Sofia Marchetti", links=("https://www.linkedin.com/in/sofia-marchetti-4b7a91",)),
    ),
    case(
        "only an address",
        "pls add henrik.dahl@post.example to the pool",
        P("Henrik Dahl", "henrik.dahl@post.example"),
    ),
    case(
        "an order number and a price",
        "Laptop order 4500123456 arrived, €1,249.00, invoice 2024-118273. Questions to procurement@acme.example.",
    ),
    case(
        "the poster signs",
        "Hi all, Lucía Fernández from the Madrid meetup is open to offers: lucia.fdez@correo.example, "
        "+34 612 345 678.\n\nCheers,\nTom",
        P("Lucía Fernández", "lucia.fdez@correo.example", "+34612345678"),
    ),
    case(
        "the poster's whole signature",
        "Please review: Oliver Grant <ograntdev@mail.example>, portfolio https://olivergrant.example\n"
        "-- \nKatherine Miles\nTalent Partner, Acme\nk.miles@acme.example | +44 20 7946 0958",
        P("Oliver Grant", "ograntdev@mail.example", links=("https://olivergrant.example",)),
    ),
    case(
        "a CV by name",
        "Here is the CV of Nguyễn Thị Minh Khai for the QA role.",
        P("Nguyễn Thị Minh Khai"),
    ),
    case(
        "a meeting",
        "Everyone, meet Rashid Al-Farsi! He starts interviewing on Monday. His mail: rashid@alfarsi.example",
        P("Rashid Al-Farsi", "rashid@alfarsi.example"),
    ),
    case(
        "rows of a table",
        "Name | Email | Phone\n--- | --- | ---\n"
        "Ana Souza | ana.souza@correio.example | +55 11 91234-5678\n"
        "Bruno Carvalho | brunoc@correio.example | +55 21 99876-5432",
        P("Ana Souza", "ana.souza@correio.example", "+5511912345678"),
        P("Bruno Carvalho", "brunoc@correio.example", "+5521998765432"),
    ),
    case(
        "code with an address",
        '```\nconfig = {"user": "admin@service.example", "port": 5432}\nsend(config["user"])\n```\nwhy does this fail?',
    ),
    case(
        "surname first and in capitals",
        "Candidature reçue : DUPONT Jean-Baptiste, jb.dupont@courriel.example, 07 81 23 45 67",
        P("Jean-Baptiste Dupont", "jb.dupont@courriel.example", "+33781234567"),
        region="FR",
    ),
    case(
        "surname, comma, first name in an address line",
        'From: "Kowalska, Magdalena" <magda.kowalska@poczta.example>\nCc: recruiting@acme.example\n\nDzień dobry, w załączniku CV.',
        P("Magdalena Kowalska", "magda.kowalska@poczta.example"),
    ),
    case(
        "labelled lines",
        "Name: Chinedu Okafor\nEmail: chinedu@okafor.example\nPhone: +234 802 345 6789\nLocation: Lagos\n"
        "Salary expectation: 45,000 USD\nLinkedIn: linkedin.com/in/chineduokafor\nGitHub: github.com/cokafor",
        P(
            "Chinedu Okafor",
            "chinedu@okafor.example",
            "+2348023456789",
            ("https://linkedin.com/in/chineduokafor", "https://github.com/cokafor"),
        ),
    ),
    case(
        "two people, labelled lines",
        "Name: Hanna Virtanen\nEmail: hanna.virtanen@posti.example\nPhone: +358 40 1234567\n\n"
        "Name: Mikko Laine\nEmail: mikko.laine@posti.example\nPhone: +358 50 7654321",
        P("Hanna Virtanen", "hanna.virtanen@posti.example", "+358401234567"),
        P("Mikko Laine", "mikko.laine@posti.example", "+358507654321"),
    ),
    case(
        "Chinese",
        "大家好，推荐一位候选人：王小明，邮箱 xiaoming.wang@youxiang.example，电话 138 0013 8000，五年后端经验。",
        P("王小明", "xiaoming.wang@youxiang.example", "+8613800138000"),
        region="CN",
    ),
    case(
        "Japanese",
        "候補者の件\n氏名：佐藤 健太\nメール：kenta.sato@yubin.example\n電話：090-1234-5678",
        P("佐藤 健太", "kenta.sato@yubin.example", "+819012345678"),
        region="JP",
    ),
    case(
        "Arabic",
        "السلام عليكم، هذه السيرة الذاتية للمرشحة\nالاسم: ليلى حداد\nالبريد الإلكتروني: layla.haddad@barid.example\nالهاتف: +971 50 123 4567",
        P("ليلى حداد", "layla.haddad@barid.example", "+971501234567"),
    ),
    case(
        "Hebrew with a name before the address",
        "נועה לוי <noa.levi@doar.example> מעוניינת במשרה",
        P("נועה לוי", "noa.levi@doar.example"),
    ),
    case(
        "Russian",
        "Коллеги, посмотрите кандидата: Иван Петров, ivan.petrov@pochta.example, +7 916 123-45-67",
        P("Иван Петров", "ivan.petrov@pochta.example", "+79161234567"),
    ),
    case(
        "rich text",
        {
            "text": "fallback",
            "blocks": [
                {
                    "type": "rich_text",
                    "elements": [
                        {
                            "type": "rich_text_section",
                            "elements": [
                                {"type": "text", "text": "Strong one from the conference: "},
                                {"type": "text", "text": "Ingrid Solberg", "style": {"bold": True}},
                                {"type": "text", "text": ", "},
                                {
                                    "type": "link",
                                    "url": "mailto:ingrid.solberg@epost.example",
                                    "text": "ingrid.solberg@epost.example",
                                },
                                {"type": "text", "text": " "},
                                {
                                    "type": "link",
                                    "url": "https://www.linkedin.com/in/ingridsolberg/",
                                    "text": "her profile",
                                },
                                {"type": "text", "text": " cc "},
                                {"type": "user", "user_id": "U123ABC"},
                            ],
                        }
                    ],
                }
            ],
        },
        P(
            "Ingrid Solberg",
            "ingrid.solberg@epost.example",
            links=("https://www.linkedin.com/in/ingridsolberg/",),
        ),
    ),
    case(
        "a rich text list",
        {
            "text": "",
            "blocks": [
                {
                    "type": "rich_text",
                    "elements": [
                        {
                            "type": "rich_text_section",
                            "elements": [{"type": "text", "text": "For the panel:"}],
                        },
                        {
                            "type": "rich_text_list",
                            "style": "bullet",
                            "indent": 0,
                            "elements": [
                                {
                                    "type": "rich_text_section",
                                    "elements": [
                                        {"type": "text", "text": "Maja Novak "},
                                        {"type": "link", "url": "mailto:maja.novak@posta.example"},
                                    ],
                                },
                                {
                                    "type": "rich_text_section",
                                    "elements": [
                                        {"type": "text", "text": "Luka Horvat "},
                                        {"type": "link", "url": "mailto:luka.h@posta.example"},
                                    ],
                                },
                            ],
                        },
                    ],
                }
            ],
        },
        P("Maja Novak", "maja.novak@posta.example"),
        P("Luka Horvat", "luka.h@posta.example"),
    ),
    case(
        "dates, versions and an address of a server",
        "Deploy 2.14.0-rc1 went out 2025-10-03 14:22:51 to 10.20.30.40:8080, rollback id 20251003142251, p99 120ms.",
    ),
    case(
        "a salary and a candidate",
        "Yusuf Demir (yusufdemir@eposta.example) asks for 1.250.000 TRY a year, notice period 30 days, phone +90 532 123 45 67",
        P("Yusuf Demir", "yusufdemir@eposta.example", "+905321234567"),
    ),
    case(
        "a link to a document",
        "Interview notes are in https://docs.google.com/document/d/1AbCdEfGh/edit and the job is at https://acme.example/jobs/412",
    ),
    case(
        "an agency writes",
        "From: Talent Bridge Ltd <info@talentbridge.example>\nSubject: Two profiles\n\n"
        "1. Emily Hart, emily.hart@mail.example, +44 7911 123456\n"
        "2. George Patel, gpatel@mail.example, +44 7911 654321\n\nKind regards,\nTalent Bridge Ltd",
        P("Emily Hart", "emily.hart@mail.example", "+447911123456"),
        P("George Patel", "gpatel@mail.example", "+447911654321"),
    ),
    case(
        "no capitals anywhere",
        "hey can we add maria lopez maria.lopez@correo.example she's great",
        P("Maria Lopez", "maria.lopez@correo.example"),
    ),
    case(
        "capitals everywhere",
        "SANJAY KUMAR GUPTA\nSANJAY.GUPTA@MAIL.EXAMPLE\nMOB: +91-9876543210",
        P("Sanjay Kumar Gupta", "sanjay.gupta@mail.example", "+919876543210"),
    ),
    case(
        "Hindi and English mixed",
        "Team, ek achha profile aaya hai – Neha Sharma ka. Mail: neha.sharma92@mail.example, number 98765 43210. Kal call karein?",
        P("Neha Sharma", "neha.sharma92@mail.example", "+919876543210"),
        region="IN",
    ),
    case(
        "a reply that quotes the candidate",
        "> Hi, I am interested in the role.\n> Best,\n> Stefan Ionescu\n> stefan.ionescu@posta.example\n\nShall we invite him?",
        P("Stefan Ionescu", "stefan.ionescu@posta.example"),
    ),
    case(
        "a dated reply header",
        "Thanks, will do!\n\nOn Mon, 6 Oct 2025 at 10:11, Charlotte Dubois <charlotte.dubois@courriel.example> wrote:\n"
        "> Could we move the interview to Friday?",
        P("Charlotte Dubois", "charlotte.dubois@courriel.example"),
    ),
    case(
        "a portfolio and no phone",
        "Designer: Mei-Ling Tan, mltan@mail.example\nPortfolio: https://meiling.example/work\nhttps://www.behance.net/meilingtan #design #figma",
        P(
            "Mei-Ling Tan",
            "mltan@mail.example",
            links=("https://meiling.example/work", "https://www.behance.net/meilingtan"),
            tags=("design", "figma"),
        ),
    ),
    case(
        "a colleague is asked, nobody is named",
        "<@U02AB12> could you answer the candidate from yesterday? The thread is <https://acme.slack.example/archives/C1/p17|here>.",
    ),
    case(
        "an American number in brackets",
        'Referral: Robert "Bob" O\'Neill - (415) 555-0132 - bob.oneill@mail.example',
        P("Robert O'Neill", "bob.oneill@mail.example", "+14155550132"),
        region="US",
    ),
    case(
        "Dutch with small words in the name",
        "Willemijn van der Berg, w.vanderberg@bericht.example, 06-12345678, beschikbaar per 1 maart",
        P("Willemijn van der Berg", "w.vanderberg@bericht.example", "+31612345678"),
        region="NL",
    ),
    case(
        "Italian signature",
        "Buongiorno,\nvi invio il mio curriculum.\n\nCordiali saluti,\nDott.ssa Giulia Ferrara\ncell. 347 123 4567\ngiulia.ferrara@posta.example",
        P("Giulia Ferrara", "giulia.ferrara@posta.example", "+393471234567"),
        region="IT",
    ),
    case(
        "two addresses in one sentence",
        "Spoke to Daniel Cohen (daniel.cohen@mail.example) and Sarah Whitfield (swhitfield@mail.example), both keen on platform work.",
        P("Daniel Cohen", "daniel.cohen@mail.example"),
        P("Sarah Whitfield", "swhitfield@mail.example"),
    ),
    case(
        "a GitHub repository that is nobody's profile",
        "Bug: see https://github.com/acme/widget/issues/314 and https://github.com/acme/widget/pull/315",
    ),
    case(
        "a GitHub profile only",
        "This person answers all our issues: https://github.com/kjell-anders #opensource",
        P(links=("https://github.com/kjell-anders",), tags=("opensource",)),
    ),
    case(
        "Portuguese, a greeting before the name",
        "Olá! Meu nome é Beatriz Almeida e gostaria de me candidatar.\nbeatriz.almeida@correio.example\n+351 912 345 678",
        P("Beatriz Almeida", "beatriz.almeida@correio.example", "+351912345678"),
    ),
    case(
        "addresses of the house only",
        "Panel: anna.schmidt@acme.example, ben.ode@acme.example and c.rossi@acme.example at 15:00 in room 4.12",
    ),
    case(
        "lines that belong together without labels",
        "Ömer Faruk Yıldız\nSenior Android Developer\nomer.yildiz@eposta.example\n+90 555 123 45 67\nhttps://linkedin.com/in/omerfarukyildiz\nİstanbul",
        P(
            "Ömer Faruk Yıldız",
            "omer.yildiz@eposta.example",
            "+905551234567",
            ("https://linkedin.com/in/omerfarukyildiz",),
        ),
    ),
    case(
        "three blocks",
        "*Agnieszka Wójcik*\nagnieszka.w@poczta.example\n\n*Piotr Kamiński*\npiotr.kaminski@poczta.example\n+48 512 345 678\n\n*Zofia Lis*\nhttps://www.linkedin.com/in/zofialis",
        P("Agnieszka Wójcik", "agnieszka.w@poczta.example"),
        P("Piotr Kamiński", "piotr.kaminski@poczta.example", "+48512345678"),
        P("Zofia Lis", links=("https://www.linkedin.com/in/zofialis",)),
    ),
    case(
        "Korean",
        "지원자: 김민수 / minsu.kim@upyeon.example / 010-1234-5678",
        P("김민수", "minsu.kim@upyeon.example", "+821012345678"),
        region="KR",
    ),
    case(
        "Greek",
        "Υποψήφιος: Γιώργος Παπαδόπουλος, g.papadopoulos@tachydromeio.example, +30 694 123 4567",
        P("Γιώργος Παπαδόπουλος", "g.papadopoulos@tachydromeio.example", "+306941234567"),
    ),
    case(
        "an attachment's text",
        {
            "text": "from the careers inbox",
            "attachments": [
                {
                    "fallback": "mail",
                    "title": "Application: Backend",
                    "text": "Fatima Zahra Bennani\nfz.bennani@courriel.example\n+212 661-234567",
                }
            ],
        },
        P("Fatima Zahra Bennani", "fz.bennani@courriel.example", "+212661234567"),
    ),
    case(
        "a file's name",
        {
            "text": "new one for frontend :point_down:",
            "files": [{"id": "F1", "name": "CV_Camille_Rousseau_2025.pdf"}],
        },
        P("Camille Rousseau"),
    ),
    case(
        "a file of the house",
        {"text": "the new plan", "files": [{"id": "F1", "name": "Hiring_Plan_Q4_2025.pdf"}]},
    ),
    case(
        "sections and context",
        {
            "text": "Application",
            "blocks": [
                {
                    "type": "section",
                    "text": {"type": "mrkdwn", "text": "*Viktor Kovács* applied for _SRE_"},
                    "fields": [
                        {
                            "type": "mrkdwn",
                            "text": "*Email*\n<mailto:viktor.kovacs@posta.example|viktor.kovacs@posta.example>",
                        },
                        {"type": "mrkdwn", "text": "*Phone*\n+36 30 123 4567"},
                    ],
                },
                {
                    "type": "context",
                    "elements": [{"type": "mrkdwn", "text": "Sent by Careers page, 3 Oct 2025"}],
                },
            ],
        },
        P("Viktor Kovács", "viktor.kovacs@posta.example", "+36301234567"),
    ),
    case(
        "a phone number only",
        "call back +49 170 1234567 about the warehouse job",
        P(phone="+491701234567"),
    ),
    case(
        "a name under the label of a link",
        {
            "text": "What about <https://uk.linkedin.com/in/harry-ashworth-dev|Harry Ashworth>? He built our old billing."
        },
        P("Harry Ashworth", links=("https://uk.linkedin.com/in/harry-ashworth-dev",)),
    ),
    case(
        "tags that are none",
        "Ticket #4821: rewrite the C# parser, see PR #77. Owner Amir Rahimi amir.rahimi@mail.example #dotnet",
        P("Amir Rahimi", "amir.rahimi@mail.example", tags=("dotnet",)),
    ),
    case(
        "semicolons as in a spreadsheet",
        "Petra Svobodová;petra.svobodova@posta.example;+420 601 234 567;Brno\nJakub Dvořák;jdvorak@posta.example;+420 777 654 321;Praha",
        P("Petra Svobodová", "petra.svobodova@posta.example", "+420601234567"),
        P("Jakub Dvořák", "jdvorak@posta.example", "+420777654321"),
    ),
    case(
        "a job advertisement",
        "We are hiring! Senior Python Engineer (m/f/d) in Berlin, 75.000–95.000 €, apply at jobs@acme.example or https://acme.example/careers #hiring",
    ),
    case(
        "a recommendation at length",
        "I worked with Isabella Conti for three years at Northwind Traders. She led the payments team, 12 engineers, "
        "and shipped v3.0 in 2023. She's at isabella@conti.example if you want to reach out; LinkedIn is "
        "https://it.linkedin.com/in/isabella-conti?trk=public_profile",
        P("Isabella Conti", "isabella@conti.example", links=("https://it.linkedin.com/in/isabella-conti",)),
    ),
    case(
        "French mail with headers",
        "De : Karim Benali <karim.benali@courriel.example>\nÀ : recrutement@acme.example\nObjet : Candidature spontanée\n\n"
        "Madame, Monsieur,\nVeuillez trouver ci-joint mon CV.\nCordialement,\nKarim Benali\n+33 7 55 12 34 56",
        P("Karim Benali", "karim.benali@courriel.example", "+33755123456"),
    ),
    case(
        "Spanish with two surnames",
        "Os paso el contacto de María del Carmen Ruiz Ortega: mcruiz@correo.example / 699 123 456",
        P("María del Carmen Ruiz Ortega", "mcruiz@correo.example", "+34699123456"),
        region="ES",
    ),
    case(
        "Ukrainian",
        "Оксана Шевченко, oksana.shevchenko@poshta.example, тел. 067 123 45 67 #qa",
        P("Оксана Шевченко", "oksana.shevchenko@poshta.example", "+380671234567", tags=("qa",)),
        region="UA",
    ),
    case(
        "an address with a plus and a subdomain",
        "Add Noah Fischer noah.fischer+jobs@mail.fischer.example",
        P("Noah Fischer", "noah.fischer+jobs@mail.fischer.example"),
    ),
    case(
        "a company's front desk next to the candidate",
        "Reference for Liam Byrne (liam.byrne@mail.example): call Northwind Traders, office@northwind.example, ask for the manager.",
        P("Liam Byrne", "liam.byrne@mail.example"),
    ),
    case(
        "tracking codes",
        "Parcel 00340434161094042557 and IBAN DE89 3704 0044 0532 0130 00 for the refund, VAT FR40303265045",
    ),
    case(
        "somebody's personal site with contact@",
        "Freelancer Clara Hoffmann, contact@clarahoffmann.example, https://clarahoffmann.example, 0176 12345678",
        P(
            "Clara Hoffmann",
            "contact@clarahoffmann.example",
            "+4917612345678",
            ("https://clarahoffmann.example",),
        ),
        region="DE",
    ),
    case(
        "surname first without a comma",
        "NOVÁK Petr <petr.novak@posta.example>\nHORVÁTHOVÁ Jana <jana.horvathova@posta.example>",
        P("Petr Novák", "petr.novak@posta.example"),
        P("Jana Horváthová", "jana.horvathova@posta.example"),
    ),
    case(
        "an address line with several",
        "From: Grace Wanjiku <grace.wanjiku@barua.example>\nTo: Anna Schmidt <anna.schmidt@acme.example>\n"
        "Cc: HR <hr@acme.example>, Old Agency <contact@agency.example>\n\nPlease find my résumé attached. Grace, +254 712 345678",
        P("Grace Wanjiku", "grace.wanjiku@barua.example", "+254712345678"),
    ),
    case(
        "an emoji and decorations",
        ":rocket: *~new~* → _Dmitri Volkov_ 👨‍💻 | ✉️ dmitri.volkov@pochta.example | 📞 +7 (903) 765-43-21 | 🔗 github.com/dvolkov",
        P("Dmitri Volkov", "dmitri.volkov@pochta.example", "+79037654321", ("https://github.com/dvolkov",)),
    ),
    case(
        "a nickname as an address",
        "Add Freya Lund, her mail is skaterqueen99@post.example",
        P("Freya Lund", "skaterqueen99@post.example"),
    ),
    case(
        "a log line",
        "ERROR 2025-10-07T08:14:55Z user=8842211 req=9f31c2aa-77 failed for noreply@mailer.example after 30000 ms (attempt 3/5)",
    ),
    case(
        "several people without addresses",
        "CVs of the week:\n- Ravi Menon https://www.linkedin.com/in/ravimenon/\n- Sunita Rao https://www.linkedin.com/in/sunita-rao-b1203a/",
        P("Ravi Menon", links=("https://www.linkedin.com/in/ravimenon/",)),
        P("Sunita Rao", links=("https://www.linkedin.com/in/sunita-rao-b1203a/",)),
    ),
    case(
        "Thai",
        "ผู้สมัคร: สมชาย ใจดี somchai.jaidee@post.example 081-234-5678",
        P("สมชาย ใจดี", "somchai.jaidee@post.example", "+66812345678"),
        region="TH",
    ),
    case(
        "a question about a candidate by name only",
        "Any feedback on yesterday's system design interview? I thought it went well overall.",
    ),
    case(
        "Swiss number and titles",
        "Frau Prof. Dr. Ursula Meier-Bühler, +41 79 123 45 67, ursula.meier@netz.example, ab 01.04.2026",
        P("Ursula Meier-Bühler", "ursula.meier@netz.example", "+41791234567"),
    ),
    case(
        "a Slack quote of a mail",
        "&gt; From: Ali Raza &lt;<mailto:ali.raza@mail.example|ali.raza@mail.example>&gt;\n&gt; I'd like to apply.\n&gt; Regards, Ali\n&gt; 0300 1234567\nlooks good to me",
        P("Ali Raza", "ali.raza@mail.example", "+923001234567"),
        region="PK",
    ),
)

HARDER: tuple[Case, ...] = (
    case(
        "a company under the name",
        "Nadia Haddad\nNorthwind Traders Ltd\nnadia.haddad@mail.example\n+961 3 123 456",
        P("Nadia Haddad", "nadia.haddad@mail.example", "+9613123456"),
    ),
    case(
        "names first, addresses later",
        "I met Anna Bellini and Carl Dornier at the fair. Their addresses: anna.bellini@posta.example and carl.dornier@netz.example",
        P("Anna Bellini", "anna.bellini@posta.example"),
        P("Carl Dornier", "carl.dornier@netz.example"),
    ),
    case(
        "a candidate with an employer's signature",
        "Hello Acme team, I'd like to apply as platform lead.\n\nBest,\nPaul Meyer\nSenior Engineer | Globex Corporation\n"
        "M +49 170 7654321\npaul.meyer@globex.example\nwww.globex.example",
        P("Paul Meyer", "paul.meyer@globex.example", "+491707654321"),
    ),
    case(
        "a job board writes for somebody",
        "From: Maria Rossi via Jobboard <noreply@jobboard.example>\nSubject: New application\n\n"
        "Maria Rossi has applied. Contact her at mrossi84@posta.example or +39 333 123 4567.",
        P("Maria Rossi", "mrossi84@posta.example", "+393331234567"),
    ),
    case(
        "a board of interviews",
        "Pipeline today: Jane (onsite), Mark (offer), Igor (declined). Standup moved to 9:45.",
    ),
    case("congratulations", "Congrats to Maria Lopez on her promotion to Staff Engineer! :tada:"),
    case(
        "one person in labelled bullets",
        "- Name: Samuel Adeyemi\n- Email: s.adeyemi@mail.example\n- Phone: +234 706 123 4567\n- LinkedIn: https://www.linkedin.com/in/samuel-adeyemi",
        P(
            "Samuel Adeyemi",
            "s.adeyemi@mail.example",
            "+2347061234567",
            ("https://www.linkedin.com/in/samuel-adeyemi",),
        ),
    ),
    case(
        "two profiles in one line",
        "compare https://www.linkedin.com/in/laura-jensen-77 with https://www.linkedin.com/in/ole-bakke/",
        P("Laura Jensen", links=("https://www.linkedin.com/in/laura-jensen-77",)),
        P("Ole Bakke", links=("https://www.linkedin.com/in/ole-bakke/",)),
    ),
    case(
        "bars between",
        "HELEN MARSH | Product Designer | helen@marsh.example | +61 412 345 678",
        P("Helen Marsh", "helen@marsh.example", "+61412345678"),
    ),
    case(
        "names and numbers in one line",
        "Ann Lee +1 415 555 0101, Bob Rowe +1 415 555 0102",
        P("Ann Lee", phone="+14155550101"),
        P("Bob Rowe", phone="+14155550102"),
    ),
    case(
        "our own mail to the candidate, and her answer",
        "From: Tom Baker <tom.baker@acme.example>\nTo: Viola Rinaldi <viola.rinaldi@posta.example>\nSubject: Interview on Friday\n\n"
        "Dear Viola, does 10:00 suit you?\nBest regards,\nTom Baker\nAcme Talent\n+44 20 7946 0111\ntom.baker@acme.example",
        P("Viola Rinaldi", "viola.rinaldi@posta.example"),
    ),
    case(
        "the name after the address",
        "• omar.said@barid.example – Omar Said\n• hind.k@barid.example – Hind Khalil",
        P("Omar Said", "omar.said@barid.example"),
        P("Hind Khalil", "hind.k@barid.example"),
    ),
    case(
        "a reply that thanks",
        "Thanks Tom! I added pilar.gomez@correo.example yesterday, Maria will call her.\n\nBest,\nJulia Stone",
        P("Pilar Gomez", "pilar.gomez@correo.example"),
    ),
    case(
        "a table block",
        {
            "text": "",
            "blocks": [
                {
                    "type": "table",
                    "rows": [
                        [{"type": "raw_text", "text": "Candidate"}, {"type": "raw_text", "text": "Mail"}],
                        [
                            {"type": "raw_text", "text": "Kofi Boateng"},
                            {"type": "raw_text", "text": "kofi.b@mail.example"},
                        ],
                        [
                            {"type": "raw_text", "text": "Ama Serwaa"},
                            {"type": "raw_text", "text": "ama.serwaa@mail.example"},
                        ],
                    ],
                }
            ],
        },
        P("Kofi Boateng", "kofi.b@mail.example"),
        P("Ama Serwaa", "ama.serwaa@mail.example"),
    ),
    case(
        "a link to a candidate in a tool, with a name",
        "https://ats.example/candidates/884213 Interview feedback due Friday, score 4/5",
    ),
    case(
        "a colleague's number",
        "Reception moved: new number is 030 1234567, extension 12",
    ),
    case(
        "two lines each, no gap",
        "Eva Lindholm\neva.lindholm@brev.example\nNils Berg\nnils.berg@brev.example",
        P("Eva Lindholm", "eva.lindholm@brev.example"),
        P("Nils Berg", "nils.berg@brev.example"),
    ),
    case(
        "quoted in a thread with our own signature inside",
        "> Hi Katherine,\n> here is my résumé. You can call me at 0412 345 678.\n> Kind regards\n> Jack O'Brien\n> \n"
        "> -- \n> Katherine Miles\n> k.miles@acme.example\n> 02 9876 5432",
        P("Jack O'Brien", phone="+61412345678"),
        region="AU",
    ),
)
"""Written after the first version of the code, to break it."""


def shown() -> tuple[Case, ...]:
    """The messages that the code may be improved by."""
    return (*(each for at, each in enumerate(CASES) if at % 3 != 2), *HARDER)


def held_out() -> tuple[Case, ...]:
    return tuple(each for at, each in enumerate(CASES) if at % 3 == 2)
