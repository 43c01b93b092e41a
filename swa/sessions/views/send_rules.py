"""The rules of the send plan: the list, one rule, rules of one's own, days without work."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound
from werkzeug.datastructures import MultiDict

from swa.core import clock
from swa.core.access import roles
from swa.core.saving import saved
from swa.messaging import fitting, rulebook, ruling
from swa.messaging.rulebook import RuleBook
from swa.messaging.send_rules import HAPPENINGS, Audience, Event, SendRule, Side, in_words
from swa.messaging.switching import begins_anew
from swa.messaging.texts import catalogue
from swa.messaging.texts import queries as texts
from swa.messaging.texts import services as text_services
from swa.people.access import current_person
from swa.people.types import Role
from swa.sessions.emails import own
from swa.sessions.forms.planning import ButtonForm
from swa.sessions.forms.send_rules import (
    AUDIENCES,
    DayOffForm,
    NewTextForm,
    OwnRuleForm,
    RuleForm,
)
from swa.sessions.queries import topics
from swa.sessions.queries.messages import count_addressees
from swa.sessions.rules.send_plan import ALWAYS, OWN, OWN_TO_RUN
from swa.sessions.views import answers, bp

STAFF = (Role.PROGRAMME_COORDINATOR, Role.ADMINISTRATOR)
TO_RUN = frozenset({Audience.CREW, Audience.FACILITATORS, Audience.SUPPORT_PERSON})
AFTERWARDS = frozenset({Event.END, Event.ATTENDANCE})
# Nobody who hears of these comes to the session: the shipped texts say "before you come".
NOBODY_COMES = frozenset({Event.CALLED_OFF, Event.GIVEN_BACK})
NOT_SEEN = "never seen"
JOURNEY = "new rule"
NEW = SendRule("", "", OWN, Event.START, Audience.PARTICIPANTS, days=3, side=Side.BEFORE,
               pulls_back=True, useful_days=14)  # fmt: skip


@bp.route("/messages/rules")
@roles(*STAFF)
def send_rules() -> ResponseReturnValue:
    """Say which message goes to whom and when, in the whole programme."""
    book = rulebook.load()
    titles = {f"topic {topic.id}": topic.title for topic in topics.list_topics(current_person())}
    return render_template(
        "sessions/send_rules.html",
        rules=[(rule, in_words(rule), _slug(rule)) for rule in book.list_all()],
        narrow=[rule for rule in book.changes.values() if _differs(rule, book)],
        titles=titles,
        audiences=AUDIENCES,
        always=ALWAYS,
        days_off=rulebook.list_days_off(),
        round=ruling.find_round(ruling.SESSIONS),
        button=ButtonForm(),
    )


@bp.route("/messages/rules/<name>", methods=["GET", "POST"])
@roles(*STAFF)
def send_rule(name: str) -> ResponseReturnValue:
    """Change when a message goes, or switch it off; says first how many people that concerns."""
    rule = _find(name)
    form = _form_for(rule)
    if request.method == "GET":
        form.fill_from(rule)
    return _answer(form, rule, lambda typed, past: ruling.save(
        typed, also_past=past, now=clock.utc_now(), seen=form.seen.data or NOT_SEEN
    ))  # fmt: skip


@bp.route("/messages/rules/add", methods=["GET", "POST"])
@roles(*STAFF)
def send_rule_add() -> ResponseReturnValue:
    """Add a rule of one's own; who writes a text for it first finds all answers again."""
    by = current_person()
    kept = answers.recall(JOURNEY, by) if request.method == "GET" else None
    form = _form_for(replace(NEW, number=1), MultiDict(kept) if kept else None)
    if request.form.get("step") == "text" and answers.keep(JOURNEY, by, form):
        return redirect(url_for("sessions.send_text_add"))
    if request.method == "GET" and not kept:
        form.fill_from(NEW)

    def save(typed: SendRule, past: bool) -> SendRule:
        answers.finish(JOURNEY, by)
        return ruling.add(typed, also_past=past, now=clock.utc_now())

    return _answer(form, NEW, save)


@bp.route("/messages/rules/<name>/take-away", methods=["POST"])
@roles(*STAFF)
def send_rule_take_away(name: str) -> ResponseReturnValue:
    """Take an added rule away, or make a shipped one as shipped again."""
    rule = _find(name)
    form, seen = _form_for(rule), request.form.get("seen") or NOT_SEEN
    form.fill_from(rule)
    if ButtonForm().validate_on_submit() and saved(form, lambda: ruling.take_away(
        rule.key, scope=rule.scope, now=clock.utc_now(), seen=seen
    )):  # fmt: skip
        flash("The rule is taken away" if rule.is_own else "The rule is as shipped again")
        return redirect(url_for("sessions.send_rules"))
    return render_template("sessions/send_rule.html", form=form, rule=rule, slug=name), 422


@bp.route("/messages/rules/add-text", methods=["GET", "POST"])
@roles(*STAFF)
def send_text_add() -> ResponseReturnValue:
    """Write a text for a rule of one's own."""
    form, by, now = NewTextForm(), current_person(), clock.utc_now()

    def save() -> None:
        words = (str(form.subject.data), str(form.body.data))
        text_services.new_custom(
            str(form.title.data), str(form.family.data), *words, by_id=by.id, now=now
        )

    if form.validate_on_submit() and saved(form, save):
        flash("The text is there; choose it in a rule")
        return redirect(url_for("sessions.send_rule_add"))
    families = [catalogue.get_family(name) for name in ("booking", "run")]
    page = render_template("sessions/send_text_add.html", form=form, families=families)
    return page, 422 if form.errors else 200


@bp.route("/messages/rules/days-off", methods=["GET", "POST"])
@roles(*STAFF)
def days_off() -> ResponseReturnValue:
    """List and add days without work that are no bank holiday every year."""
    form = DayOffForm()

    def save() -> None:
        if form.day.data:
            ruling.add_day_off(form.day.data, str(form.name.data), now=clock.utc_now())

    if form.validate_on_submit() and saved(form, save):
        flash("The day is added")
        return redirect(url_for("sessions.days_off"))
    page = render_template(
        "sessions/days_off.html", form=form, days=rulebook.list_days_off(), button=ButtonForm()
    )
    return page, 422 if form.errors else 200


@bp.route("/messages/rules/days-off/<int:day_id>/take-away", methods=["POST"])
@roles(*STAFF)
def day_off_take_away(day_id: int) -> ResponseReturnValue:
    """Make a day a working day again."""
    form = ButtonForm()
    if form.validate_on_submit() and saved(
        form, lambda: ruling.take_day_off_away(day_id, now=clock.utc_now())
    ):
        flash("The day is a working day again")
    return redirect(url_for("sessions.days_off"))


def _answer(
    form: Any, rule: SendRule, save: Callable[[SendRule, bool], SendRule]
) -> ResponseReturnValue:
    """Show the form, then how many people it concerns, then save."""
    typed = rule

    def decide() -> None:
        _check(typed)
        if is_last:
            save(typed, also_past)

    if form.validate_on_submit():
        typed = _with_kind(form.apply_to(rule))
        is_last = request.form.get("step") == "save"
        also_past = request.form.get("also_past") == "yes"
        if saved(form, decide):
            if not is_last:
                return _check_page(form, typed, rule)
            flash("The rule is saved. What waits is planned anew within a few minutes")
            return redirect(url_for("sessions.send_rules"))
    if form.form_errors and rule.key:
        form.renew(_find(_slug(rule)).fingerprint)
    page = render_template("sessions/send_rule.html", form=form, rule=typed, slug=_slug(rule))
    return page, 422 if form.errors else 200


def _check_page(form: Any, typed: SendRule, before: SendRule) -> str:
    now = clock.utc_now()
    return render_template(
        "sessions/send_rule_check.html",
        form=form,
        rule=typed,
        words=in_words(typed),
        to=AUDIENCES[typed.audience],
        slug=_slug(before),
        coming=count_addressees(typed, past=False, now=now),
        past=count_addressees(typed, past=True, now=now) if typed.event in AFTERWARDS else 0,
        happens=typed.event in HAPPENINGS,
        asks_for_past=typed.is_on and begins_anew(typed, before if before.key else None),
    )


def _check(typed: SendRule) -> None:
    """Refuse what cannot work, also a text that is for other people.

    Raises:
        RuleRefused: Its field says which answer to change.
    """
    fitting.check(typed)
    if not typed.is_own and typed.key:
        return
    if typed.text not in dict(_texts_for(typed.audience)):
        msg = "Select a text that is meant for these people"
        raise fitting.RuleRefused(msg, "text")
    has_no_place = typed.event in NOBODY_COMES or typed.audience is Audience.WAITING
    if has_no_place and typed.text.startswith("sessions/"):
        msg = "Select a text of your own: the shipped ones are for people who are coming"
        raise fitting.RuleRefused(msg, "text")


def _form_for(rule: SendRule, kept: MultiDict[str, str] | None = None) -> Any:
    if not rule.is_own:
        return RuleForm()
    form = OwnRuleForm(formdata=kept) if kept else OwnRuleForm()
    everybody = [(f"topic {each.id}", each.title) for each in topics.list_topics(current_person())]
    booking, run = _texts_for(Audience.PARTICIPANTS), _texts_for(Audience.CREW)
    form.offer(topics=everybody, texts=[*booking, *run, *_texts_for(Audience.LINE_MANAGERS)])
    return form


def _texts_for(audience: Audience) -> list[tuple[str, str]]:
    if audience is Audience.LINE_MANAGERS:
        return [(own.FOR_MANAGERS, "Line managers: times")]
    family = "run" if audience in TO_RUN else "booking"
    shipped = own.TEXTS_TO_RUN if family == "run" else own.TEXTS_FOR_BOOKINGS
    ours = [(each.name, each.title) for each in texts.list_custom() if each.family == family]
    return [*shipped.items(), *ours]


def _with_kind(rule: SendRule) -> SendRule:
    if rule.key and not rule.is_own:
        return rule
    return replace(rule, kind=OWN_TO_RUN if rule.audience in TO_RUN else OWN)


def _differs(rule: SendRule, book: RuleBook) -> bool:
    """Say whether a topic has a number or a switch that the programme has not."""
    common = book.find(rule.key)
    if rule.is_own or not rule.scope or common is None:
        return False
    return rule.days != common.days or not rule.is_on


def _slug(rule: SendRule) -> str:
    return rule.key.replace(" ", "-")


def _find(name: str) -> SendRule:
    found = [rule for rule in rulebook.load().list_all() if _slug(rule) == name]
    if not found:
        raise NoResultFound
    return found[0]
