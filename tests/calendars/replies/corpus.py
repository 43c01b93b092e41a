"""Mails as calendar programs, servers and people send them; all written by hand for these tests.

The people are invented. ``{uid}`` stands for the UID of our invitation.
"""

from textwrap import dedent

UID = "7d1c6a0e-2f7b-4c55-9a43-0b8f5d0c1e11"
BOX = "training@swa.example.org"


def mail(text: str, *, uid: str = UID, **values: str) -> bytes:
    """Make the bytes of a mail: line ends as on the wire, values in their places."""
    words = dedent(text).lstrip("\n")
    for name, value in {"uid": uid, "box": BOX, **values}.items():
        words = words.replace("{" + name + "}", value)
    return words.replace("\n", "\r\n").encode()


# Outlook and Exchange: one nameless calendar part, no ORGANIZER, a Windows zone, an alias.
OUTLOOK = """
    From: Rosa Okafor <R.Okafor@mail.council.example.org>
    To: Social Welfare Alliance <{box}>
    Subject: Accepted: Core Conversations
    Message-ID: <outlook-1@mail.council.example.org>
    Authentication-Results: mx.swa.example.org; dkim=pass header.d=council.example.org
    MIME-Version: 1.0
    Content-Type: multipart/alternative; boundary="_000_a"

    --_000_a
    Content-Type: text/plain; charset="us-ascii"


    --_000_a
    Content-Type: text/calendar; charset="utf-8"; method=REPLY

    BEGIN:VCALENDAR
    METHOD:REPLY
    PRODID:Microsoft Exchange Server 2010
    VERSION:2.0
    BEGIN:VTIMEZONE
    TZID:GMT Standard Time
    BEGIN:STANDARD
    DTSTART:16010101T020000
    TZOFFSETFROM:+0100
    TZOFFSETTO:+0000
    RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10
    END:STANDARD
    BEGIN:DAYLIGHT
    DTSTART:16010101T010000
    TZOFFSETFROM:+0000
    TZOFFSETTO:+0100
    RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3
    END:DAYLIGHT
    END:VTIMEZONE
    BEGIN:VEVENT
    ATTENDEE;PARTSTAT={partstat};CN=Rosa Okafor:mailto:R.Okafor@mail.council.e
     xample.org
    COMMENT;LANGUAGE=en-GB:See you there\\, I bring cake\\n
    UID:{uid}
    SUMMARY;LANGUAGE=en-GB:Accepted: Core Conversations
    DTSTART;TZID=GMT Standard Time:20270401T140000
    DTEND;TZID=GMT Standard Time:20270401T160000
    CLASS:PUBLIC
    PRIORITY:5
    DTSTAMP:20270312T101500Z
    TRANSP:OPAQUE
    STATUS:CONFIRMED
    SEQUENCE:{sequence}
    X-MICROSOFT-CDO-APPT-SEQUENCE:{sequence}
    END:VEVENT
    END:VCALENDAR

    --_000_a--
    """

# Gmail: text, HTML, calendar part and the same as a file; organiser present.
GMAIL = """
    From: Amina Begum <amina.begum@example.org>
    To: {box}
    Subject: Declined: Core Conversations @ Thu 1 Apr 2027 2pm
    Message-ID: <calendar-2@mail.example.org>
    MIME-Version: 1.0
    Content-Type: multipart/mixed; boundary="000x"

    --000x
    Content-Type: multipart/alternative; boundary="000y"

    --000y
    Content-Type: text/plain; charset="UTF-8"; format=flowed

    Amina Begum has declined this invitation.

    --000y
    Content-Type: text/html; charset="UTF-8"

    <p>Amina Begum has declined this invitation.</p>

    --000y
    Content-Type: text/calendar; charset="UTF-8"; method=REPLY
    Content-Transfer-Encoding: 7bit

    BEGIN:VCALENDAR
    PRODID:-//Google Inc//Google Calendar 70.9054//EN
    VERSION:2.0
    CALSCALE:GREGORIAN
    METHOD:REPLY
    BEGIN:VEVENT
    DTSTART:20270401T130000Z
    DTEND:20270401T150000Z
    DTSTAMP:20270313T090000Z
    ORGANIZER;CN=Social Welfare Alliance:mailto:{box}
    UID:{uid}
    ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT={partstat};CN=Amina
      Begum;X-NUM-GUESTS=0:mailto:amina.begum@example.org
    SEQUENCE:{sequence}
    STATUS:CONFIRMED
    SUMMARY:Core Conversations
    END:VEVENT
    END:VCALENDAR

    --000y--
    --000x
    Content-Type: application/ics; name="invite.ics"
    Content-Disposition: attachment; filename="invite.ics"

    BEGIN:VCALENDAR
    METHOD:REPLY
    END:VCALENDAR
    --000x--
    """

# Apple: the calendar only as a file, with a word typed by hand.
APPLE = """
    From: Kofi Mensah <kofi.mensah@example.org>
    To: {box}
    Subject: Maybe: Core Conversations
    Message-ID: <apple-3@icloud.example.org>
    MIME-Version: 1.0
    Content-Type: multipart/mixed; boundary=Apple-Mail-1

    --Apple-Mail-1
    Content-Type: text/plain; charset=utf-8

    Kofi Mensah has tentatively accepted your invitation.

    --Apple-Mail-1
    Content-Type: application/octet-stream; name=iCal-20270312-101500.ics
    Content-Disposition: attachment; filename=iCal-20270312-101500.ics

    BEGIN:VCALENDAR
    CALSCALE:GREGORIAN
    VERSION:2.0
    METHOD:REPLY
    PRODID:-//Apple Inc.//macOS 15.1//EN
    BEGIN:VEVENT
    UID:{uid}
    DTSTART;TZID=Europe/London:20270401T140000
    ATTENDEE;CN="Mensah, Kofi";CUTYPE=INDIVIDUAL;PARTSTAT={partstat}:mailto:kofi.mensah@example.org
    DTSTAMP:20270312T101500Z
    SEQUENCE:{sequence}
    ORGANIZER;CN="Social Welfare Alliance":mailto:{box}
    END:VEVENT
    END:VCALENDAR

    --Apple-Mail-1--
    """

# Thunderbird: no In-Reply-To, base64.
THUNDERBIRD = """
    From: Sam Lee <sam.lee@example.org>
    To: {box}
    Subject: Invitation Reply (Accepted): Core Conversations
    Message-ID: <thunderbird-4@example.org>
    MIME-Version: 1.0
    Content-Type: multipart/mixed; boundary="--tb"

    ----tb
    Content-Type: multipart/alternative; boundary="--tb2"

    ----tb2
    Content-Type: text/plain; charset=utf-8

    Sam Lee has accepted your event invitation.
    ----tb2
    Content-Type: text/calendar; method=REPLY; charset=utf-8
    Content-Transfer-Encoding: base64

    {base64}
    ----tb2--
    ----tb--
    """

# One week of a series; the zone has a Windows name, as Outlook writes it.
ONE_WEEK = """
    From: Rosa Okafor <rosa.okafor@example.org>
    To: {box}
    Subject: Declined: Private appointment
    Message-ID: <week-5@example.org>
    MIME-Version: 1.0
    Content-Type: text/calendar; charset=utf-8; method=REPLY

    BEGIN:VCALENDAR
    METHOD:REPLY
    VERSION:2.0
    BEGIN:VEVENT
    UID:{uid}
    RECURRENCE-ID;TZID={zone}:20261026T090000
    ATTENDEE;PARTSTAT=DECLINED:mailto:rosa.okafor@example.org
    DTSTAMP:20261020T080000Z
    SEQUENCE:0
    END:VEVENT
    END:VCALENDAR
    """

COUNTER = """
    From: Amina Begum <amina.begum@example.org>
    To: {box}
    Subject: New Time Proposed: Core Conversations
    Message-ID: <counter-6@example.org>
    MIME-Version: 1.0
    Content-Type: text/calendar; charset=utf-8; method=COUNTER

    BEGIN:VCALENDAR
    METHOD:COUNTER
    VERSION:2.0
    BEGIN:VEVENT
    UID:{uid}
    ATTENDEE;PARTSTAT=TENTATIVE:mailto:amina.begum@example.org
    DTSTART;TZID=GMT Standard Time:20270402T100000
    DTEND;TZID=GMT Standard Time:20270402T120000
    COMMENT:Friday suits our team better
    DTSTAMP:20270312T101500Z
    SEQUENCE:0
    END:VEVENT
    END:VCALENDAR
    """

OUT_OF_OFFICE = """
    From: Rosa Okafor <rosa.okafor@example.org>
    To: {box}
    Subject: Automatic reply: Invitation: Core Conversations
    Message-ID: <ooo-7@example.org>
    Auto-Submitted: auto-replied
    X-Auto-Response-Suppress: All
    MIME-Version: 1.0
    Content-Type: text/plain; charset=utf-8

    I am away until Monday. For urgent matters ask the duty desk.
    """

HARD_BOUNCE = """
    From: Mail Delivery System <mailer-daemon@mx.example.org>
    To: {to}
    Subject: Undelivered Mail Returned to Sender
    Message-ID: <dsn-8@mx.example.org>
    Auto-Submitted: auto-replied
    MIME-Version: 1.0
    Content-Type: multipart/report; report-type=delivery-status; boundary="dsn"

    --dsn
    Content-Type: text/plain

    Your message could not be delivered.

    --dsn
    Content-Type: message/delivery-status

    Reporting-MTA: dns; mx.example.org
    Arrival-Date: Fri, 12 Mar 2027 10:15:00 +0000

    Final-Recipient: rfc822; {address}
    Original-Recipient: rfc822;{address}
    Action: {action}
    Status: {status}
    Remote-MTA: dns; mail.example.org
    Diagnostic-Code: smtp; 550 5.1.1 <{address}>: Recipient address rejected:
        User unknown

    --dsn
    Content-Type: {returned}

    From: Social Welfare Alliance <{box}>
    To: Rosa Okafor <{address}>
    Subject: Invitation: Core Conversations
    Message-ID: {message_id}

    --dsn--
    """

BARE_BOUNCE = """
    From: Mail Delivery System <mailer-daemon@mx.example.org>
    To: {to}
    Subject: Undeliverable
    Message-ID: <dsn-bare@mx.example.org>
    Auto-Submitted: auto-replied
    MIME-Version: 1.0
    Content-Type: multipart/report; report-type=delivery-status; boundary="dsn"

    --dsn
    Content-Type: text/plain

    Your message could not be delivered.

    --dsn
    Content-Type: message/delivery-status

    Reporting-MTA: dns; mx.example.org

    Final-Recipient: rfc822; {address}
    Action: failed
    Status: 5.1.1
    Diagnostic-Code: smtp; 550 5.1.1 User unknown

    --dsn--
    """

LIST_MAIL = """
    From: Newsletter <news@example.org>
    To: {box}
    Subject: Ten ideas for spring
    Message-ID: <list-9@example.org>
    List-Id: Ideas <ideas.example.org>
    Precedence: bulk
    Content-Type: text/plain; charset=utf-8

    Ideas!
    """

PERSON = """
    From: =?utf-8?q?Zo=C3=AB_O=27Neill?= <zoe.oneill@example.org>
    To: {box}
    Subject: =?utf-8?q?Re=3A_Invitation=3A_caf=C3=A9?=
    Message-ID: <person-10@example.org>
    MIME-Version: 1.0
    Content-Type: multipart/alternative; boundary=p

    --p
    Content-Type: text/plain; charset=utf-8
    Content-Transfer-Encoding: 8bit

    Hello, is there parking at the venue?

    Zoë
    --p
    Content-Type: text/html; charset=utf-8

    <p>Hello</p>
    --p--
    """

HTML_ONLY = """
    From: Sam Lee <sam.lee@example.org>
    To: {box}
    Subject: A question
    Message-ID: <html-11@example.org>
    MIME-Version: 1.0
    Content-Type: text/html; charset=windows-1252

    <html><head><title>t</title><style>p {color: red}</style></head><body>
    <p>Where do we <b>meet</b>?</p><script>alert(1)</script><div>Sam &amp; team</div></body></html>
    """
