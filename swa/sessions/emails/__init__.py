"""Which e-mails a booking or session ought to have, and their words."""

from swa.messaging import kinds


def register() -> None:
    """Make the e-mails about sessions known; doing it twice changes nothing."""
    from swa.sessions.emails import drafts, questions, staff, wanted

    for name in wanted.KINDS:
        kinds.register(kinds.Kind(name=name, draft=drafts.draft, why_not=drafts.why_not))
    for name in staff.STAFF_KINDS:
        kinds.register(
            kinds.Kind(name=name, draft=staff.draft_to_run, why_not=staff.why_not_to_run)
        )
    kinds.register(
        kinds.Kind(
            name=questions.QUESTION,
            draft=questions.draft_question,
            why_not=questions.why_not_ask,
        )
    )
