"""The topics of the demonstration; every text is the product's own example, to be adapted."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from swa.core.db import db
from swa.people.models import Organisation
from swa.sessions.models import Topic
from swa.sessions.types import MessageTimes, PlaceRules, TopicKind

EXPECTATIONS = """We start and finish on time, and there is a break.

- What people share about residents and colleagues stays in the session.
- We treat each other with respect and without judging; nobody has to share anything.
- Ask whatever you like. If you have wondered about it, so has somebody else."""

ONLINE_AND_ROOM = """Join ten minutes early so that we can start together.

- Online: use a laptop if you can, since we work in small groups.
- In person: tell the front desk that you are here for the training.

If you cannot come, cancel your place as soon as you know. Somebody is waiting for it."""

CORE: dict[str, Any] = {
    "kind": TopicKind.CORE,
    "title": "Core Conversations",
    "providers": ("Basis", "Hackney Council", "Newham Council"),
    "overview": """Most residents who contact us have more on their mind than the question they \
ask first. This session is about hearing it, and about what to do next.

We practise four things that make a conversation work:

- building a relationship and understanding somebody without judging them
- fitting support to the person and their situation, instead of to a form or a deadline
- meeting as people: there is no "them" and "us"
- not taking over. We cannot solve every problem, but nobody should feel alone with theirs.""",
    "who_for": """Everybody who talks with residents, paid or volunteer: on the phone, at a desk, \
on a doorstep or in a clinic. You need no experience of training like this.""",
    "who_not_for": """People who want advice on the rules of a benefit or a service. The \
specialist sessions are the place for that.""",
    "learning_points": """Ask open questions and be curious about the answer
Listen for what is not said, and notice early signs of risk
Know your own assumptions and keep them out of the way
Say what you will do without promising what you cannot""",
    "length_minutes": 120,
    "needs_prework": True,
    "prework_minutes": 20,
    "prework": """- Ten minutes: think of a conversation at work that went better than you \
expected. Write down what you did, what the other person did, and the moment when it turned.
- Five minutes: think of one that did not go well. What did you assume about the person before \
they had finished their first sentence?
- Five minutes: choose one question that you would like to ask more often, and bring it along.""",
    "joining_instructions": ONLINE_AND_ROOM,
    "expectations": EXPECTATIONS,
}
FINANCE: dict[str, Any] = {
    "kind": TopicKind.SPECIALIST,
    "title": "Finance & Employability",
    "providers": ("Our Newham Money", "Citizens Advice Newham"),
    "overview": """Money worries are often behind another question. You will learn to notice them \
early, to give first help that is safe, and to pass people on so that they arrive.""",
    "who_for": "Staff and volunteers who meet people with bills, debts or no work.",
    "who_not_for": "Qualified debt advisers, for whom this is too basic.",
    "learning_points": """Spot the signs of problem debt
Know which bills come first
Refer in one call, with consent""",
    "length_minutes": 120,
    "needs_prework": False,
    "when_to_refer": "When somebody cannot pay rent, council tax or energy, or has no income.",
    "look_out_for": "Unopened letters, payday loans, a meter that is always at its limit.",
    "triage": "Ask what is owed to whom, and what happens this week if it is not paid.",
    "key_elements": "Priority and other debts, emergency help, better-off checks, job support.",
    "how_to_refer": """Call the money advice desk with the resident beside you, or send the short \
form on the intranet. Somebody calls back within two working days.""",
    "discussion": "Half an hour in small groups on the situations that you bring.",
    "joining_instructions": ONLINE_AND_ROOM,
    "expectations": EXPECTATIONS,
}
HOUSING: dict[str, Any] = {
    "kind": TopicKind.SPECIALIST,
    "title": "Housing & Homelessness",
    "providers": ("Newham Council",),
    "overview": """What the duty to refer asks of you, how somebody is judged to be homeless, and \
what you can do weeks before it comes to that.""",
    "who_for": "Everybody who may be the first to hear that somebody could lose their home.",
    "who_not_for": "Housing officers who decide on applications.",
    "learning_points": """Know the duty to refer and the 56 days
Explain the homeless test in plain words
Keep people in their home where that is safe""",
    "length_minutes": 150,
    "needs_prework": True,
    "prework_minutes": 10,
    "prework": """- Find out how your own team refers to the housing service today.
- Think of one household whose home was at risk. When could you first have known?""",
    "when_to_refer": "As soon as somebody may lose their home within the next 56 days.",
    "look_out_for": "A notice from a landlord, sofa surfing, a relationship that has ended.",
    "triage": "Is there somewhere safe to sleep tonight? Is there a date on a letter?",
    "key_elements": "Prevention, relief and main duty; priority need; local connection.",
    "how_to_refer": """Use the duty-to-refer form with the person's consent. For tonight, call the \
out-of-hours number on the form.""",
    "discussion": "Three cases of our own, worked through in mixed groups.",
    "joining_instructions": ONLINE_AND_ROOM,
    "expectations": EXPECTATIONS,
}
EARLY_HELP: dict[str, Any] = {
    "kind": TopicKind.SPECIALIST,
    "title": "Early Help and Family Support",
    "providers": ("Newham Council",),
    "overview": """How families get help before things become a crisis, who does what, and how to \
talk about it so that a family says yes.""",
    "who_for": "People who meet families in any role.",
    "who_not_for": "Children's social workers.",
    "learning_points": """Know what Early Help offers
Have the consent conversation
Recognise when it is safeguarding instead""",
    "length_minutes": 120,
    "needs_prework": False,
    "when_to_refer": "When a family struggles in more than one way and wants help.",
    "look_out_for": "Missed school, a tired parent, a child who cares for an adult.",
    "triage": "Ask what would help most this month, and who is already around the family.",
    "key_elements": "The offer, the assessment, the team around the family.",
    "how_to_refer": "Fill in the request for support together with the parent.",
    "discussion": "What made families say yes, and what made them say no?",
    "joining_instructions": ONLINE_AND_ROOM,
    "expectations": EXPECTATIONS,
}
IMMIGRATION: dict[str, Any] = {
    "kind": TopicKind.SPECIALIST,
    "title": "Immigration for non-immigration advisers",
    "providers": ("Praxis",),
    "overview": """What somebody's status means for the help they can have, which questions are \
safe to ask, and where your role ends by law.""",
    "who_for": "Frontline staff who support people from abroad and are not immigration advisers.",
    "who_not_for": "Regulated immigration advisers.",
    "learning_points": """Read a visa condition
Know what "no recourse to public funds" means
Know what you may not advise on""",
    "length_minutes": 120,
    "needs_prework": False,
    "is_regulated": True,
    "limits_of_advice": """Immigration advice is regulated by law. You may explain where to get \
advice and help to make an appointment. You may not tell somebody which application to make, nor \
fill it in for them.""",
    "when_to_refer": "Whenever a question touches status, a visa, a refusal or a deadline.",
    "look_out_for": "A visa that ends soon, a refusal letter, work that was stopped.",
    "triage": "Ask for the date on the document. Do not ask how somebody came here.",
    "key_elements": "Kinds of status, public funds, asylum, the settlement scheme.",
    "how_to_refer": "Call the advice line on weekday mornings, or send the referral form.",
    "discussion": "Situations that you have met, without names.",
    "joining_instructions": ONLINE_AND_ROOM,
    "expectations": EXPECTATIONS,
}
TOPICS = (CORE, FINANCE, HOUSING, EARLY_HELP, IMMIGRATION)


def add_topics(now: datetime) -> dict[str, Topic]:
    """Add the five topics; return them by title. The caller opens the transaction."""
    organisations = {row.name: row for row in db.session.scalars(select(Organisation))}
    topics = {}
    for wanted in TOPICS:
        columns = dict(wanted)
        providers = [organisations[name] for name in columns.pop("providers")]
        topic = Topic(
            places=PlaceRules(),
            times=MessageTimes(),
            providers=providers,
            created_at=now,
            **columns,
        )
        db.session.add(topic)
        topics[topic.title] = topic
    db.session.flush()
    return topics
