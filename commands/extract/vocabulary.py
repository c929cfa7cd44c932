"""Words by which names are told from everything else, in the languages of the corpus."""

from __future__ import annotations

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


HONORIFICS = _words(
    "dr prof professor mr mrs ms miss mx sir herr frau hr fr monsieur madame mme mlle m sr sra srta don"
    " doña dott dott.ssa dottssa sig"
    " sig.ra sigra ing dipl.-ing dipl-ing eng mag pan pani bay bayan sn shri smt adv engr ir drs dra доктор"
    " г-н г-жа κ κα"
)
DEGREES = _words("phd ph.d md mba msc m.sc bsc b.sc ma ba meng beng llm cpa pmp cfa jr ii iii esq mr csc")
PARTICLES = _words(
    "van von der den de del della di da dos das do du des la le las los lo el al bin bint ibn ben zu zur"
    " zum ter ten"
    " te op af av y e i st san ap"
)

COMPANY = _words(
    "ltd limited llc llp inc inc. corp corporation gmbh ag kg se sa s.a sas sarl s.a.s s.r.l srl s.p.a spa"
    " bv b.v nv oy ab as a/s aps plc"
    " pty pvt co company group gruppe groupe grupo holding holdings consulting consultants partners"
    " solutions technologies technology"
    " labs studio studios agency agentur agence agencia bank university université universität universidad"
    " università universiteit"
    " college institute school recruiting recruitment staffing traders industries systems software services"
    " analytics logistics"
    " shipping payments media ventures capital foundation e.v ev sp z.o.o ooo ооо оао зао şti a.ş"
)

ROLES = _words(
    "abuse accounts admin administrator application applications apply bewerbung bewerbungen billing bot"
    " career careers contact contacto"
    " contatto customer cv cvs do-not-reply donotreply empleo emploi enquiries feedback hello help helpdesk"
    " hey hi hiring hr hrd"
    " humanresources info inquiries it jobs job kariera karriere kontakt lavoro legal mail mailer-daemon"
    " marketing media news newsletter"
    " no-reply noreply notification notifications office orders people personal postmaster praca press"
    " privacy procurement"
    " recruit recruiter recruiters recruiting recruitment recruiters recrutement reception resume resumes"
    " rh root rrhh sales security"
    " seleccion selezione service stelle subscribe support talent talents team test trabajo vacancies"
    " vacatures webmaster work workday"
)
"""Mailboxes behind which nobody in particular reads."""

NOT_NAMES = _words(
    # Asking and greeting
    "a about add adding added all also an and any anybody anyone are as ask asks at best both but by bye"
    " call can candidate candidates cc"
    " cheers ciao colleagues contact could dear do does everyone everybody feedback for forward forwarded"
    " found from fw fwd great had has"
    " have he heads hello hey hi his her hola i i'd i'm i've if in introducing is it it's just kind let"
    " let's look looks mail meet met more"
    " my name new next no not number of old olá on one or our owner panel per please pls profile profiles"
    " question questions re reach"
    " recommend recommending referral referred reference refs reply review reviewed says see send sent she"
    " should shortlist some somebody"
    " someone spoke strong talked team thank thanks that the their there these they this to today tomorrow"
    " two us via want wants we"
    " what when where who why will with worked would wrote yes yesterday you your bonjour salut hallo guten"
    " tag liebe sehr geehrte"
    " geehrter buongiorno buenos días estimado estimada caro cara коллеги здравствуйте добрый день"
    " здравствуй kind regards sincerely"
    # Fields and headings
    "address adresse age alter applicant apply application applied bewerber bewerberin bewerbung birth born"
    " candidat candidata candidato"
    " candidature career careers category cell city contacto contatti country courriel cover curriculum"
    " curriculo currículum cv cvs data date datum"
    " declaration dob education email e-mail emails employment experience experiencia experiencias"
    " expérience experiences esperienza erfahrung"
    " education formation formación formazione ausbildung berufserfahrung gender github handy hobbies home"
    " id interests interview job jobs"
    " key kontakt landline languages language langues idiomas lebenslauf letter link linkedin links"
    " location mob mobil mobile móvil name nom"
    " nombre nome naam notes objective objectif page perfil personal persönliche daten dane osobowe phone"
    " portfolio position profil profile projects"
    " publications qualification qualifications references résumé resume resumé role salary salaire"
    " signature skills skype source status strengths subject"
    " summary tags tel tél telefon telefono teléfono telephone telephono title titel url vita vitae vitæ"
    " web website whatsapp work xing"
    " zeugnisse sprachen kenntnisse compétences competenze competencias aptitudes habilidades summary"
    " achievements certifications"
    " informazioni personali personales nationality nationalität nazionalità anschrift geburtsdatum"
    " deckblatt anlagen"
    # Trades, ranks and seniority
    "account accountant administrator agile analyst analytics android apps architect architekt artist"
    " assistant associate author backend barista"
    " bookkeeper business ceo cfo chef chief clerk cloud coach coder cofounder consultant content"
    " controller coordinator cto"
    " customer data database dentist dev developer developpeur développeur desarrollador desarrolladora"
    " devops design designer director"
    " diseñadora diseñador doctor driver economist editor electrician embedded engineer engineering"
    " engineers entwickler entwicklerin expert finance founder"
    " freelance freelancer frontend full full-stack fullstack game go golang graduate graphic hardware head"
    " html http human infrastructure"
    " ingeniero ingeniera ingenieur ingénieur ingénieure intern internship ios it java javascript junior"
    " kotlin lawyer lead leader learning lecturer"
    " machine maker management manager marketer marketing me mechanic medior member midwife mobile network"
    " node nurse office officer operations ops"
    " partner pharmacist php physician pilot planner platform plumber principal producer product"
    " professional programmer programmierer project python qa quality"
    " react recruiter recruiters recruiting research researcher resources responsable rust sales scientist"
    " scrum secretary security senior sénior seniór server"
    " site software solutions specialist sql sre stack staff stage strategist student supervisor support"
    " surgeon swift sysadmin system systems"
    " talent teacher tech technical technician technology tester therapist trainee trainer translator ui ux"
    " vp warehouse web welder writer"
    # Dates and places that stand alone
    "monday tuesday wednesday thursday friday saturday sunday january february march april june july august"
    " september october november"
    " december jan feb mar apr jun jul aug sep sept oct nov dec montag dienstag mittwoch donnerstag freitag"
    " lundi mardi mercredi jeudi"
    " vendredi lunes martes viernes street road avenue strasse straße str rue via calle plaza platz allee"
    " city remote hybrid onsite"
    " united kingdom states germany france spain italy india china japan poland netherlands london paris"
    " berlin madrid munich münchen"
    " english french german spanish hindi italian"
    # Things
    "api attached attachment attachments available backup board budget channel client code company document"
    " error file files final folder invoice"
    " issue meeting message new note offer order parcel plan price pull quarter release report request rfc"
    " room server ticket update version pdf"
    " docx doc page privacy policy terms copy draft q1 q2 q3 q4 kw template scan image photo foto hiring"
    " slack zoom teams calendar notion"
)

CV_WORDS = _words(
    "cv cvs resume résumé resumé lebenslauf curriculum vitae vita curriculo currículum bewerbung"
    " candidature application anschreiben bewerbungsunterlagen"
    " biodata hoja-de-vida życiorys özgeçmiş 简历 个人简历 履歴書 職務経歴書 이력서 سيرة السيرة الذاتية резюме profile"
    " portfolio"
)
FILE_WORDS = _words(
    "final new latest updated update version signed copy draft en eng english fr fra french de ger deutsch"
    " es esp it ita pl nl pt engineer"
    " of von de for the with and eu us uk public short long"
)

NAME_LABELS = (
    r"(?:full |candidate(?:'s)? |applicant(?:'s)? |first and last )?name|nom(?: et prénom)?|prénom et nom"
    r"|nombre(?: y apellidos)?"
    r"|nome(?: completo| e cognome)?|naam|imię i nazwisko|jméno(?: a příjmení)?|név|namn|navn|nimi|nume"
    r"|ad soyad|adı soyadı|họ (?:và )?tên"
    r"|фио|ф\.и\.о\.|имя|ім['’]я|піб|όνομα|ονοματεπώνυμο|שם(?: מלא)?|शुभ नाम|नाम"
    r"|الاسم(?: الكامل)?|نام(?: و نام خانوادگی)?|ชื่อ(?:-นามสกุล)?"
)
"""What stands before a name in forms, at the beginning of a line: "Father's name" is somebody else's."""
CANDIDATE_LABELS = (
    r"candidat(?:e|o|a)?|kandidat(?:in|en|a|ka)?|kandydat(?:ka)?|bewerber(?:in)?|applicant|referral|aday"
    r"|ứng viên"
    r"|кандидата?|υποψήφι(?:ος|α)|מועמדת?|उम्मीदवार|اسم المرشحة?|المرشحة?|ผู้สมัคร"
)
NAME_LABELS_CJK = (
    r"姓名|名字|候选人|候選人|应聘者|应聘人|氏名|名前|候補者|応募者|이름|성명|성함|지원자|후보자"
)

PHRASES = (
    r"(?:cv|cvs|résumé|resume|profile|application|lebenslauf|bewerbung|candidature|curriculum|currículum"
    r"|currículo|profil|contacto|contact details|details)"
    r"\s+(?:of|for|from|by|von|vom|de|di|da|do|del|der|van|av|od|от|for)"
    r"|meet|introduce|introducing|my name is|i am|i'm|this is|je m'appelle|je suis|ich heiße|mein name ist"
    r"|mi nombre es|me llamo|soy"
    r"|meu nome é|chamo-me|me chamo|mi chiamo|mijn naam is|nazywam się|jag heter|jeg heter|benim adım"
    r"|меня зовут|мене звати"
    r"|recommend(?:ing|ed)?|refer(?:ring|red)?|vous recommande|empfehle|recomiendo|raccomando"
    r"|candidate|candidata|candidato|candidat|candidate is|kandidat|kandidatin|referral|applicant|interviewed"
)

SIGN_OFFS = (
    r"(?:with\s+)?(?:my\s+)?(?:very\s+)?(?:best|kind|warm|kindest|warmest)(?:\s+(?:regards|wishes))?"
    r"|regards|cheers|thanks|thank you|many thanks|thanks a lot"
    r"|thanks again|thanks and regards|thanks & regards|sincerely|yours(?: sincerely| faithfully| truly)?"
    r"|respectfully|all the best|take care|br|rgds"
    r"|(?:bien )?cordialement|bien à vous|sincères salutations|salutations(?: distinguées)?|merci|à bientôt"
    r"|amicalement"
    r"|(?:mit )?(?:freundlichen|besten|herzlichen|lieben|vielen) grü(?:ß|ss)en|viele grü(?:ß|ss)e"
    r"|(?:beste|liebe|schöne|freundliche) grü(?:ß|ss)e"
    r"|mfg|vg|lg|danke|gruß"
    r"|(?:un )?(?:cordial )?saludos?(?: cordiales)?|atentamente|un abrazo|gracias"
    r"|(?:cordiali|distinti) saluti|saluti|cordialmente|grazie|atenciosamente|cumprimentos"
    r"|com os melhores cumprimentos|obrigad[oa]|abraços"
    r"|(?:met )?vriendelijke groet(?:en)?|groet(?:en|jes)?|pozdrawiam|z poważaniem|s pozdravem|üdvözlettel"
    r"|(?:med )?vänliga hälsningar|mvh|hilsen|med venlig hilsen|vennlig hilsen|terveisin"
    r"|ystävällisin terveisin|saygılarımla|iyi çalışmalar"
    r"|с уважением|з повагою|με εκτίμηση|مع خالص التحية|تحياتي|مع التحية|בברכה|此致|敬礼|よろしくお願いします"
    r"|よろしくお願いいたします|감사합니다|धन्यवाद|trân trọng"
)

FROM = r"from|de|von|da|van|od|från|fra|gönderen|от|від|发件人|差出人|보낸사람|من|מאת"
TO = r"to|à|an|a|para|aan|do|till|til|kime|кому|收件人|宛先|받는사람|إلى|אל"
OTHER_HEADERS = (
    r"cc|bcc|reply-to|date|sent|kopie|gesendet|datum|envoyé|fecha|enviado|data|inviato|oggetto|subject"
    r"|objet|betreff|asunto|assunto|onderwerp|temat|тема|дата"
    r"|копия|主题|抄送|日期|件名|제목"
)

BEFORE_A_NUMBER = re.compile(
    r"(?:order|orders|invoice|ticket|ref|reference|id|no|nr|iban|vat|parcel|case|tracking|rechnung"
    r"|bestellung|facture|commande|pedido|req|user"
    r"|isbn|doi|issue|pr|bug|account|konto|zip|plz|bic|siret|siren|ssn|pesel|nip|номер заказа|订单号?)\W{0,3}$",
    re.IGNORECASE,
)
A_PHONE_LABEL = re.compile(
    r"(?:phones?|tel|tél|telefon[eo]?|teléfono|telephone|téléphone|mob|mobile|mobil|móvil|cell|cellulare"
    r"|handy|portable|whatsapp|call|number|nummer"
    r"|número|gsm|тел|телефон|моб|电话|電話|手机|手機|携帯|전화|휴대폰|연락처|الهاتف|هاتف|جوال|טלפון|נייד|โทร|फ़ोन|फोन|📞|📱"
    r"|☎)\W{0,4}$",
    re.IGNORECASE,
)
MONEY_AFTER = re.compile(
    r"\s?(?:€|\$|£|₹|¥|%|eur|usd|gbp|inr|try|chf|pln|k\b|ms\b|km\b|euros?|dollars?|people|users)",
    re.IGNORECASE,
)
