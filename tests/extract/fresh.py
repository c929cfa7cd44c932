"""Messages held out later: written when the first set had been looked at, before what it taught was repaired."""

from __future__ import annotations

from .corpus import Case, P, case

FRESH: tuple[Case, ...] = (
    case(
        "a chatty referral",
        "sooo my old flatmate Theo Marchand is finally leaving his bank job 🎉 he does Kotlin + a bit of infra, "
        "theo.marchand@courriel.example or text him 07 61 22 33 44 (evenings!) #android",
        P("Theo Marchand", "theo.marchand@courriel.example", "+33761223344", tags=("android",)),
        region="FR",
    ),
    case(
        "Hebrew form",
        'שם: דניאל כהן\nדוא"ל: daniel.kohen@doar.example\nטלפון: 052-123-4567',
        P("דניאל כהן", "daniel.kohen@doar.example", "+972521234567"),
        region="IL",
    ),
    case(
        "Hindi form",
        "नाम: अंजलि वर्मा\nईमेल: anjali.verma@daak.example\nमोबाइल: +91 91234 56789",
        P("अंजलि वर्मा", "anjali.verma@daak.example", "+919123456789"),
    ),
    case(
        "a recruiter's summary with a salary and a date",
        "*Status update*\nBenedikt Hauser – second round 12.11.2025, 14:00, expects 82.000 €, notice 3 months\n"
        "benedikt.hauser@netz.example / +43 664 1234567",
        P("Benedikt Hauser", "benedikt.hauser@netz.example", "+436641234567"),
    ),
    case(
        "an Outlook reply below our answer",
        "Great, thanks. See you then.\nTom\n\n________________________________\nFrom: Rania Mansour <rania.mansour@barid.example>\n"
        "Sent: Monday, November 3, 2025 11:02 AM\nTo: Tom Baker <tom.baker@acme.example>\nSubject: RE: Your interview\n\n"
        "Dear Tom,\nMonday works for me. My mobile is +962 7 9012 3456.\nKind regards,\nRania Mansour",
        P("Rania Mansour", "rania.mansour@barid.example", "+962790123456"),
    ),
    case(
        "initials and a nickname address",
        "J.P. Morrissey, jpm.dev@mail.example, github.com/jpmorrissey",
        P("J.P. Morrissey", "jpm.dev@mail.example", links=("https://github.com/jpmorrissey",)),
    ),
    case(
        "an incident",
        "Pager: payment-service v4.7.1 down since 03:14 UTC, runbook https://wiki.acme.example/x/AbC, call the vendor at "
        "support@vendor.example, case 00918273, contract 4711-0815-2025",
    ),
    case(
        "three referrals in running text, one without address",
        "From the hackathon I'd talk to Leila Farahani <leila.farahani@mail.example>, Owen Pritchard (owen@pritchard.example) "
        "and maybe the guy who won, no contact yet.",
        P("Leila Farahani", "leila.farahani@mail.example"),
        P("Owen Pritchard", "owen@pritchard.example"),
    ),
    case(
        "a Vietnamese form",
        "Họ và tên: Trần Quốc Bảo\nEmail: bao.tran@thu.example\nSĐT: 0912 345 678\nVị trí: Kỹ sư phần mềm",
        P("Trần Quốc Bảo", "bao.tran@thu.example", "+84912345678"),
        region="VN",
    ),
    case(
        "company and job title in the same line",
        "Lead: Martina Krüger, Head of Data at Globex Corporation, martina.krueger@globex.example, +49 (0)151 1122 3344, "
        "https://de.linkedin.com/in/martina-krueger/en?trk=abc",
        P(
            "Martina Krüger",
            "martina.krueger@globex.example",
            "+4915111223344",
            ("https://de.linkedin.com/in/martina-krueger",),
        ),
    ),
    case(
        "numbers that look like phones",
        "Budget lines 2025: 601 234 567 / 512 345 678; tickets 44-7911-12; ISBN 978-3-16-148410-0",
        region="PL",
    ),
    case(
        "Japanese, name before the address",
        "応募がありました。\n田中 美咲 <misaki.tanaka@yubin.example>\n職種：フロントエンド",
        P("田中 美咲", "misaki.tanaka@yubin.example"),
    ),
    case(
        "a numbered list with gaps",
        "1) Sven Ek\n   sven.ek@brev.example\n2) Tuva Moen\n   tuva.moen@brev.example, +47 912 34 567\n3) still open",
        P("Sven Ek", "sven.ek@brev.example"),
        P("Tuva Moen", "tuva.moen@brev.example", "+4791234567"),
    ),
    case(
        "birthday in the team",
        "Happy birthday Priyanka Desai! Cake in the kitchen at 3pm, RSVP to events@acme.example #celebrations",
    ),
    case(
        "Spanish, sent from a phone",
        "Buenas, soy Joaquín Herrera Peña, vi la oferta de DevOps. Mi correo joaquin.herrera@correo.example y mi móvil +54 9 11 2345-6789\n"
        "Enviado desde mi iPhone",
        P("Joaquín Herrera Peña", "joaquin.herrera@correo.example", "+5491123456789"),
    ),
    case(
        "two addresses of one person",
        "Hamid Karimi: hamid.karimi@post.example (private), phone +98 912 345 6789\nPortfolio https://hamidkarimi.example/cases?utm_medium=email",
        P(
            "Hamid Karimi",
            "hamid.karimi@post.example",
            "+989123456789",
            ("https://hamidkarimi.example/cases",),
        ),
    ),
)
