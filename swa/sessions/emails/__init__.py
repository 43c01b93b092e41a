"""Which e-mails a booking or session ought to have, and their words."""

from swa.messaging import kinds, rulebook
from swa.messaging.choices import standing
from swa.messaging.texts import catalogue


def register() -> None:
    """Make the e-mails about sessions and their rules known; doing it twice changes nothing."""
    from swa.sessions.emails import (
        drafts,
        examples,
        managers,
        own,
        placeholders,
        questions,
        staff,
        texts,
        wanted,
        wanted_to_run,
    )
    from swa.sessions.rules.send_plan import CHOICES, OWN, OWN_TO_RUN, SHIPPED, USEFUL_LATE

    catalogue.add_family(placeholders.BOOKING_FAMILY, examples.TO_PARTICIPANTS)
    catalogue.add_family(placeholders.RUN_FAMILY, examples.TO_STAFF)
    catalogue.add(texts.TEMPLATES["times_for_manager"])
    for name in wanted.KINDS:
        kinds.register(
            kinds.Kind(
                name=name,
                draft=own.draft_own if name == OWN else drafts.draft,
                why_not=drafts.why_not,
                carries_calendar=name in drafts.WITH_CALENDAR,
                is_versioned=name != OWN,
                template=texts.TEMPLATES.get(drafts.TEMPLATES.get(name, "")),
                is_useful_late=name in USEFUL_LATE,
            )
        )
    for name in managers.MANAGER_KINDS:
        kinds.register(
            kinds.Kind(
                name=name,
                draft=managers.draft_for_managers,
                why_not=managers.why_not_managers,
                template=texts.TEMPLATES[managers.TEMPLATES[name]],
            )
        )
    for name in wanted_to_run.STAFF_KINDS:
        kinds.register(
            kinds.Kind(
                name=name,
                draft=own.draft_own_to_run if name == OWN_TO_RUN else staff.draft_to_run,
                why_not=staff.why_not_to_run,
                carries_calendar=name in wanted_to_run.WITH_CALENDAR,
                is_versioned=name != OWN_TO_RUN,
                template=texts.TEMPLATES.get(staff.TEMPLATES.get(name, "")),
                is_useful_late=name in USEFUL_LATE,
            )
        )
    kinds.register(
        kinds.Kind(
            name=questions.QUESTION,
            draft=questions.draft_question,
            why_not=questions.why_not_ask,
            template=texts.TEMPLATES["go_ahead_question"],
        )
    )
    for choice in CHOICES:
        standing.register(choice)
    rulebook.ship(SHIPPED)
