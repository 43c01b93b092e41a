"""Which e-mails a booking or session ought to have, and their words."""

from swa.messaging import kinds


def register() -> None:
    """Make the e-mails about sessions known; doing it twice changes nothing."""
    from swa.sessions.emails import drafts, questions, wanted

    for name in wanted.KINDS:
        kinds.register(kinds.Kind(name=name, draft=drafts.draft, why_not=drafts.why_not))
    kinds.register(
        kinds.Kind(
            name=questions.QUESTION,
            draft=questions.draft_question,
            why_not=questions.why_not_ask,
        )
    )
