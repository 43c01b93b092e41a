"""The messages whose texts may be edited; each feature adds its own when the app is put together.

Source:
    MT-04 (templates with placeholders from a fixed list).
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from swa.messaging.texts import queries
from swa.messaging.texts.models import CustomText, MailText
from swa.messaging.texts.rules.checking import check_text
from swa.messaging.texts.shipped import Source, read_shipped
from swa.messaging.texts.types import (
    FOOT,
    Family,
    Form,
    Group,
    Lists,
    Placeholder,
    Template,
    TextRefused,
    Values,
)

log = logging.getLogger(__name__)

EVERYWHERE = {
    "alliance_name": Placeholder("The name of the alliance", "Social Welfare Alliance"),
    "service_name": Placeholder("The name of this service", "Training and peer support"),
    "coordinator_address": Placeholder(
        "The email address where people get help", "coordinator@swa.example.org"
    ),
    "help_phone": Placeholder(
        "The telephone number where people get help", "020 7946 0000", may_be_empty=True
    ),
    "help_hours": Placeholder(
        "When somebody answers the telephone", "Monday to Friday, 9am to 5pm", may_be_empty=True
    ),
    "home_link": Placeholder("Link to the start page", "/", Form.LINK),
}


@dataclass(frozen=True)
class Examples:
    """Real things that a text can be looked at with.

    Attributes:
        list_for: Given who looks, returns keys and words of what they may see.
        people_of: Given who looks and a key, returns keys and names of who gets messages about it.
        values_of: Given who looks, a key and the key of a person of it, returns values that take
            the place of the samples; without a person theirs stay samples.

    The last two raise ``sqlalchemy.exc.NoResultFound`` for what there is none of and for what they
    may not see alike.
    """

    list_for: Callable[[Any], Sequence[tuple[str, str]]]
    people_of: Callable[[Any, str], Sequence[tuple[str, str]]]
    values_of: Callable[[Any, str, str], Values]


_templates: dict[str, Template] = {}
_families: dict[str, Family] = {}
_examples: dict[str, Examples] = {}


def add(template: Template) -> None:
    """Make the text of a message known; adding it again replaces it."""
    _templates[template.name] = replace(template, lists=_with_common(template.lists))


def add_family(family: Family, examples: Examples | None = None) -> None:
    """Make known what a group of messages has in common; adding it again replaces it."""
    _families[family.name] = replace(family, lists=_with_common(family.lists))
    if examples:
        _examples[family.name] = examples


def get(name: str) -> Template:
    """Return a shipped text by its name.

    Raises:
        KeyError: No feature added it.
    """
    return _templates[name]


def list_shipped() -> list[Template]:
    """Return the texts that the product brings, in order of name."""
    return sorted(_templates.values(), key=lambda template: template.name)


def get_family(name: str) -> Family:
    """Return a family by its name.

    Raises:
        KeyError: No feature added it.
    """
    return _families[name]


def list_families() -> list[Family]:
    """Return what a text of one's own may be based on, in order of title."""
    return sorted(_families.values(), key=lambda family: family.title)


def find_examples(template: Template) -> Examples | None:
    """Return the real things that a text can be looked at with; None when there are none."""
    return _examples.get(template.family)


def list_templates(*, for_administrator: bool) -> list[Template]:
    """Return the texts that somebody may edit, group by group and then by title; own ones last."""
    shipped = [t for t in _templates.values() if for_administrator or not t.for_administrators]
    own = [template_of(custom) for custom in queries.list_custom()]
    order = list(Group)
    return sorted(shipped, key=lambda t: (order.index(t.group), t.title)) + own


def find(name: str) -> Template | None:
    """Return a text by its name, shipped or of one's own; None when there is none."""
    if name in _templates:
        return _templates[name]
    custom = queries.find_custom(name)
    return template_of(custom) if custom else None


def find_by_key(key: str, *, for_administrator: bool) -> Template | None:
    """Return a text by its key; None when there is none, or when it is not theirs to edit."""
    for template in _templates.values():
        if template.key == key:
            return template if for_administrator or not template.for_administrators else None
    custom = queries.find_custom(key.replace("-", "/", 1))
    return template_of(custom) if custom and custom.key == key else None


def template_of(custom: CustomText) -> Template:
    """Return a text of one's own in the form of the shipped ones."""
    return Template(
        name=custom.name,
        title=custom.title,
        sent="Goes when a rule of the send plan says so.",
        lists=_families[custom.family].lists,
        family=custom.family,
        group=Group.OWN,
    )


def find_source(name: str) -> Source:
    """Return the text of a message that counts, with one query.

    A version that no longer fits, since a newer program knows other names, does not count: the
    shipped text takes its place, so that nothing stays unsent for it. A text of one's own has no
    shipped one to fall back on.

    Raises:
        jinja2.TemplateNotFound: There is no such text.
    """
    return _source_of(name, queries.find_newest(name))


def find_with_foot(name: str) -> tuple[Source, Source]:
    """Return the text of a message that counts and the foot that does, with one query.

    Raises:
        jinja2.TemplateNotFound: There is no such text.
    """
    newest = {version.name: version for version in queries.list_newest({name, FOOT})}
    return _source_of(name, newest.get(name)), _source_of(FOOT, newest.get(FOOT))


def _source_of(name: str, newest: MailText | None) -> Source:
    if newest is None or newest.is_shipped:
        return read_shipped(name)
    template = _templates.get(name)
    if template and why_unfit(template, newest.subject, newest.body):
        return read_shipped(name)
    return Source(newest.subject, newest.body)


def why_unfit(template: Template, subject: str, body: str) -> TextRefused | None:
    """Say what is wrong with a kept text by the lists of this program; None when it fits."""
    try:
        check_text(subject, body, template.lists)
    except TextRefused as refusal:
        log.warning("the text of %s does not fit any more: %s", template.name, refusal.message)
        return refusal
    return None


def _with_common(lists: Lists) -> Lists:
    return replace(lists, placeholders=dict(lists.placeholders) | EVERYWHERE)
