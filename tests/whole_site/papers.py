"""Messages, answers, uploads, log lines … with canaries in each private field."""

from sqlalchemy import select

from swa.calendars.feeds.models import FeedLink
from swa.calendars.feeds.types import FeedKind
from swa.calendars.models import Invitation
from swa.calendars.replies.models import MailTask, ReceivedMail, TimeProposal
from swa.calendars.replies.types import MailKind
from swa.calendars.types import Answer, Event
from swa.core import clock
from swa.core.db import db, transaction
from swa.messaging.models import OutboxMessage, SuppressedAddress
from swa.messaging.texts.models import MailTextDraft
from swa.messaging.types import MessageState
from swa.people.models import (
    JoinRequest,
    PeopleImport,
    Person,
    Registration,
    SignInLink,
)
from swa.people.services import audit
from swa.people.tokens import hash_of
from swa.people.types import LinkPurpose, PersonKind
from swa.sessions.models import Booking, PlaceQuestion
from tests.support.factories import Make, soon
from tests.whole_site.canaries import plant

TEXT = "sessions/prework"


class Papers:
    """Makes what is written about a booking or a person; every word carries the code."""

    def __init__(self, make: Make, code: str) -> None:
        self.make, self.code = make, code

    def word(self, field: str) -> str:
        return plant(field, self.code)

    def address(self, field: str, number: int = 1) -> str:
        return f"{self.word(field).lower()}{number}@example.org"

    def message(self, booking: Booking, state: MessageState) -> OutboxMessage:
        session = booking.session
        words = f"{self.word('m')}\n\n{session.online_link}\n\n{session.joining_instructions}\n"
        frozen = {"frozen_at": soon(hours=-1), "text": words, "html": self.word("m")}
        own = {"own_subject": self.word("m"), "own_text": words}
        message: OutboxMessage = self.make.keep(
            OutboxMessage(
                kind="prework",
                occasion=f"booking {booking.id}",
                edition=1 if state is MessageState.WAITING else 2,
                belongs_to=f"session {booking.session_id}",
                person_id=booking.claim.person_id,
                message_id=f"<{state}-{booking.id}@example.org>",
                created_at=clock.utc_now(),
                due_at=soon(days=1),
                next_try_at=soon(days=1),
                give_up_at=soon(days=9),
                state=state,
                reason=self.word("x") if state is MessageState.FAILED else "",
                answer=f"550 {self.word('x')}" if state is MessageState.FAILED else "",
                subject=self.word("m") if state is MessageState.FAILED else "",
                **(frozen if state is MessageState.FAILED else own),
            )
        )
        return message

    def question(self, booking: Booking) -> str:
        """Ask whether a declined place shall be given back; return the token of the answer."""
        invitation = self.make.keep(
            Invitation(
                occasion=f"booking {booking.id}",
                person_id=booking.claim.person_id,
                uid=f"{booking.id}@localhost",
                revised_at=clock.utc_now(),
                created_at=clock.utc_now(),
                organiser_name="The alliance",
                organiser="office@example.org",
                answer=Answer.DECLINED,
                reply=Answer.DECLINED,
                reply_sequence=0,
                replied_at=clock.utc_now(),
                reply_address=self.address("v"),
                reply_hint=self.word("v"),
                reply_comment=self.word("v"),
                event=Event(
                    "A session", self.word("v"), "Online", "", soon(days=6), soon(days=6.1)
                ),
            )
        )
        proposal = {"starts_at": soon(days=7), "ends_at": soon(days=7.1), "address": ""}
        self.make.keep(
            TimeProposal(
                invitation_id=invitation.id,
                comment=self.word("v"),
                received_at=clock.utc_now(),
                **proposal,
            )
        )
        token = f"place-question-{self.code}-{'x' * 20}"
        self.make.keep(
            PlaceQuestion(
                booking_id=booking.id,
                invitation_id=invitation.id,
                sequence=0,
                nonce=f"place {self.code}",
                token_hash=hash_of(token),
                asked_at=clock.utc_now(),
                expires_at=soon(days=5),
            )
        )
        return token

    def calendar_link(self, person: Person) -> str:
        token = f"calendar-{self.code}-{'x' * 20}"
        facts = {"token_hash": hash_of(token), "made_at": clock.utc_now()}
        links = select(FeedLink).where(FeedLink.person_id == person.id)
        if db.session.scalars(links).first() is None:
            self.make.keep(FeedLink(person_id=person.id, kind=FeedKind.PERSONAL, **facts))
        return token

    def refused(self, person: Person) -> int:
        """Have the receiving server refuse somebody's address for good."""
        facts = {"reason": self.word("3"), "since": soon(days=-1)}
        row: SuppressedAddress = self.make.keep(SuppressedAddress(address=person.email, **facts))
        return row.id

    def registration(self, person: Person) -> str:
        """Have somebody of the same organisation register; return the token of their link."""
        token = f"registration-{self.code}-{'x' * 20}"
        link = self.make.keep(
            SignInLink(
                purpose=LinkPurpose.REGISTER,
                nonce=f"registration {self.code}",
                token_hash=hash_of(token),
                browser_hash="0" * 64,
                code_hash="0" * 64,
                email=self.address("w"),
                created_at=clock.utc_now(),
                expires_at=soon(minutes=10),
            )
        )
        self.make.keep(
            Registration(
                link_id=link.id,
                name=self.word("w"),
                kind=PersonKind.PAID,
                organisation_id=person.organisation_id,
            )
        )
        return token

    def upload(self, person: Person) -> PeopleImport:
        rows = f"name,email,organisation,sector\r\n{self.word('y')},no address,,\r\n"
        upload: PeopleImport = self.make.keep(
            PeopleImport(
                uploaded_by_id=person.id,
                uploaded_at=soon(hours=-1),
                file_name=f"{self.word('y')}.csv",
                content=rows.encode(),
                rows=1,
            )
        )
        return upload

    def draft_of_text(self, person: Person) -> None:
        body = f"{self.word('c')} {{{{ prework }}}} {{{{ prework_length }}}}"
        self.make.keep(
            MailTextDraft(
                name=TEXT,
                person_id=person.id,
                subject=self.word("c"),
                body=body,
                written_at=clock.utc_now(),
            )
        )

    def lines_of_log(self, booking: Booking) -> None:
        with transaction():
            audit.record(
                self.word("d"), about=f"booking {booking.id}", by_id=None, now=clock.utc_now()
            )

    def strangers(self) -> dict[str, int]:
        """Make what people who are not listed wrote to us."""
        request = JoinRequest(
            name=self.word("k"),
            email=self.address("k"),
            organisation_name=self.word("k"),
            message=self.word("k"),
            asked_at=soon(days=-1),
        )
        mail = self.make.keep(
            ReceivedMail(key=f"{self.code:0>64}", kind=MailKind.PERSON, received_at=soon(days=-1))
        )
        task = MailTask(
            mail_id=mail.id,
            sender_name=self.word("b"),
            sender_address=self.address("b"),
            subject=self.word("b"),
            body=self.word("b"),
            received_at=soon(days=-1),
        )
        return {"request_id": self.make.keep(request).id, "task_id": self.make.keep(task).id}
