"""Widgets that draw one WTForms field with one GOV.UK macro.

None adds ``required`` or another attribute that makes the browser judge (C18), and only what a
field really has reaches the macro: no empty hint, no value of a file or a code.

Source:
    IN-17 (usable by keyboard and screen reader: each input has its label).
"""

from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Any, cast

from flask import current_app
from markupsafe import Markup
from wtforms import Field
from wtforms.fields.choices import SelectFieldBase

Params = dict[str, Any]


class GovukWidget:
    """Draws a field with one macro.

    ``{{ form.name(heading=true) }}`` makes the label the page's heading, for pages with one
    question; other keywords are merged into the macro's parameters.

    Args:
        component: Folder of the macro in govuk-frontend-jinja.
        macro: Its name.
        shows_value: Whether what was typed is sent back.
        fixed: Parameters that are the same for every field.
    """

    validation_attrs: tuple[str, ...] = ()

    def __init__(
        self, component: str, macro: str, *, shows_value: bool = True, **fixed: Any
    ) -> None:
        self.component = component
        self.macro = macro
        self.shows_value = shows_value
        self.fixed = fixed

    def __call__(self, field: Field, *, heading: bool = False, **changes: Any) -> Markup:
        """Return the HTML of the field."""
        # Jinja keeps both the template and its module, so each macro is compiled once.
        path = f"govuk_frontend_jinja/components/{self.component}/macro.html"
        module = cast("ModuleType", current_app.jinja_env.get_template(path).module)
        params = self.params(field, heading=heading)
        return cast("Markup", getattr(module, self.macro)(_merged(params, changes)))

    def params(self, field: Field, *, heading: bool) -> Params:
        """Return the macro's parameters for the field as it stands."""
        size = "l" if heading else "s"
        label = {"text": field.label.text, "classes": f"govuk-label--{size}"}
        shown: Params = {"label": label | _if_heading(heading), **_common(field)}
        if self.shows_value:
            shown["value"] = field._value()  # type: ignore[attr-defined]  # the types leave it out
        return shown | self.fixed


class ChoicesWidget(GovukWidget):
    """Draws radios or checkboxes; the label becomes the legend of their fieldset."""

    def params(self, field: Field, *, heading: bool) -> Params:
        """Return the macro's parameters; the first box has the field's id."""
        size = "l" if heading else "s"
        legend = {"text": field.label.text, "classes": f"govuk-fieldset__legend--{size}"}
        return {
            "idPrefix": field.id,
            "fieldset": {"legend": legend | _if_heading(heading)},
            "items": list(_boxes(field)),
            **_common(field),
            **self.fixed,
        }


class YesBoxWidget(GovukWidget):
    """Draws one box to tick; the label stands beside it, the hint below."""

    def params(self, field: Field, *, heading: bool) -> Params:
        """Return the macro's parameters; ``heading`` makes no sense here and changes nothing."""
        box = {"value": "y", "text": field.label.text, "checked": bool(field.data)}
        shown = _common(field)
        hint = shown.pop("hint", None)
        return {"idPrefix": field.id, "items": [box | ({"hint": hint} if hint else {})], **shown}


class SelectWidget(GovukWidget):
    """Draws a list to choose one entry from; the last resort (C23)."""

    def params(self, field: Field, *, heading: bool) -> Params:
        """Return the macro's parameters with the options."""
        options = [
            {
                "value": value,
                "text": f"{group}: {text}" if group else text,
                "selected": chosen,
                "disabled": bool(more.get("disabled")),
            }
            for group, (value, text, chosen, more) in _grouped(field)
        ]
        return {**super().params(field, heading=heading), "items": options}


class DatePartsWidget(GovukWidget):
    """Draws day, month and year; only the wrong parts are marked."""

    def params(self, field: Any, *, heading: bool) -> Params:
        """Return the macro's parameters for a ``DatePartsField``."""
        size = "l" if heading else "s"
        legend = {"text": field.label.text, "classes": f"govuk-fieldset__legend--{size}"}
        wrong = field.wrong_parts if field.errors else ()
        return {
            "namePrefix": field.name,
            "fieldset": {"legend": legend | _if_heading(heading)},
            "items": [
                {
                    "name": part,
                    "value": typed,
                    "classes": f"govuk-input--width-{4 if part == 'year' else 2}"
                    + (" govuk-input--error" if part in wrong else ""),
                }
                for part, typed in field.parts.items()
            ],
            **_common(field),
            **self.fixed,
        }


def text_input(**fixed: Any) -> GovukWidget:
    """Draw one line of text; ``classes="govuk-input--width-10"`` says how long an answer is."""
    return GovukWidget("input", "govukInput", **fixed)


def email_input(**fixed: Any) -> GovukWidget:
    """Draw a box for an e-mail address (C21)."""
    kind: Params = {"type": "email", "autocomplete": "email", "spellcheck": False}
    return GovukWidget("input", "govukInput", **(kind | fixed))


def whole_number(**fixed: Any) -> GovukWidget:
    """Draw a box for a whole number; ``suffix={"text": "people"}`` names the unit."""
    kind: Params = {"inputmode": "numeric", "spellcheck": False, "classes": "govuk-input--width-4"}
    return GovukWidget("input", "govukInput", **(kind | fixed))


def textarea(rows: int = 5, **fixed: Any) -> GovukWidget:
    """Draw several lines of text."""
    return GovukWidget("textarea", "govukTextarea", rows=rows, **fixed)


def character_count(maxlength: int, rows: int = 5, **fixed: Any) -> GovukWidget:
    """Draw several lines of text that say how many characters are left.

    Args:
        maxlength: Most characters; the form checks the same number with ``at_most``.
        rows: Height in lines.
        fixed: Other parameters of the macro.
    """
    return GovukWidget(
        "character-count", "govukCharacterCount", maxlength=maxlength, rows=rows, **fixed
    )


def file_input(accept: str = "", **fixed: Any) -> GovukWidget:
    """Draw a plain file box; ``accept`` lists endings for the browser's dialogue, ``".csv"``."""
    attributes: Params = {"attributes": {"accept": accept}} if accept else {}
    return GovukWidget("file-upload", "govukFileUpload", shows_value=False, **(attributes | fixed))


def code_input(**fixed: Any) -> GovukWidget:
    """Draw a box for a code from an e-mail; what was typed is never sent back (C19, C24)."""
    kind: Params = {
        "autocomplete": "one-time-code",
        "autocapitalize": "characters",
        "spellcheck": False,
        "classes": "govuk-input--width-10 govuk-input--extra-letter-spacing",
    }
    return GovukWidget("input", "govukInput", shows_value=False, **(kind | fixed))


def radios(*, inline: bool = False, small: bool = False) -> ChoicesWidget:
    """Draw one choice of a few."""
    return ChoicesWidget("radios", "govukRadios", **_classes("radios", inline=inline, small=small))


def checkboxes(*, small: bool = False) -> ChoicesWidget:
    """Draw any number of choices."""
    return ChoicesWidget("checkboxes", "govukCheckboxes", **_classes("checkboxes", small=small))


def select(**fixed: Any) -> SelectWidget:
    """Draw a list to choose from; give it an empty first choice, nothing is preselected."""
    return SelectWidget("select", "govukSelect", shows_value=False, **fixed)


def yes_box() -> YesBoxWidget:
    """Draw one box for a ``BooleanField``."""
    return YesBoxWidget("checkboxes", "govukCheckboxes")


def _classes(component: str, **wanted: bool) -> Params:
    names = [f"govuk-{component}--{name}" for name, is_on in wanted.items() if is_on]
    return {"classes": " ".join(names)} if names else {}


def _common(field: Field) -> Params:
    shown: Params = {"id": field.id, "name": field.name}
    if field.description:
        shown["hint"] = {"text": field.description}
    if field.errors:
        shown["errorMessage"] = {"text": field.errors[0]}
    return shown


def _if_heading(heading: bool) -> Params:
    return {"isPageHeading": True} if heading else {}


def _grouped(field: Field) -> Iterator[tuple[str, Any]]:
    """Yield each choice with the name of its group, empty without groups."""
    choices = cast("SelectFieldBase", field)
    if choices.has_groups():
        for name, group in choices.iter_groups():
            for choice in group:
                yield name or "", choice
        return
    for choice in choices.iter_choices():
        yield "", choice


def _boxes(field: Field) -> Iterator[Params]:
    """Yield the boxes; a group's name stands above its first one.

    The first box that can be ticked has the field's id, so that the error summary leads there.
    """
    last_group, has_first = "", False
    for number, (group, (value, text, chosen, more)) in enumerate(_grouped(field), 1):
        if group and group != last_group:
            yield {"divider": group}
        last_group = group
        box: Params = {"value": value, "text": text, "checked": chosen}
        if more.get("disabled"):
            box["disabled"] = True
        is_first = not has_first and "disabled" not in box
        has_first = has_first or is_first
        box["id"] = field.id if is_first else f"{field.id}-{number}"
        if more.get("hint"):
            box["hint"] = {"text": more["hint"]}
        yield box


def _merged(params: Params, changes: Mapping[str, Any]) -> Params:
    merged = dict(params)
    for name, value in changes.items():
        old = merged.get(name)
        both = isinstance(old, dict) and isinstance(value, dict)
        merged[name] = {**old, **value} if both else value  # type: ignore[dict-item]
    return merged
