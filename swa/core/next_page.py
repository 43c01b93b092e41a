"""Where somebody goes on to after signing in: the name of a page of ours, never an address.

Only pages that a signed-in person may open and whose arguments are ids are listed, so nothing
that a stranger writes into a link leads off the site (WB-4).

Source:
    IN-02 (safe redirects).
"""

import re
from collections.abc import Mapping
from typing import Any

from flask import current_app, url_for
from werkzeug.routing import IntegerConverter, Rule

from swa.core.access import Audience, policy_of

NAME = "next"
ID = re.compile(r"[0-9]{1,9}")


def name_of(endpoint: str | None, arguments: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return what the address of the sign-in page carries; nothing for an unlisted page."""
    place = {key: str(value) for key, value in (arguments or {}).items()}
    return {NAME: endpoint, **place} if endpoint and _find_rule(endpoint, place) else {}


def path_of(place: Mapping[str, str]) -> str | None:
    """Return the path of the page that a sign-in address names, None for anything not listed."""
    endpoint = place.get(NAME, "")
    rule = _find_rule(endpoint, place)
    if rule is None:
        return None
    arguments: dict[str, Any] = {key: int(place[key]) for key in rule.arguments}
    return url_for(endpoint, **arguments)


def only_names(place: Mapping[str, str]) -> dict[str, str]:
    """Return the part of a query that names a listed page, so that it can be kept for later."""
    rule = _find_rule(place.get(NAME, ""), place)
    return {key: place[key] for key in (NAME, *sorted(rule.arguments))} if rule else {}


def _find_rule(endpoint: str, place: Mapping[str, str]) -> Rule | None:
    """Return the page with this name whose every argument is a given id."""
    view = current_app.view_functions.get(endpoint)
    policy = policy_of(view) if view else None
    if policy is None or policy.audience not in {Audience.SIGNED_IN, Audience.ROLES}:
        return None
    for rule in current_app.url_map.iter_rules(endpoint):
        if "GET" in (rule.methods or ()) and all(
            isinstance(rule._converters[name], IntegerConverter)
            and ID.fullmatch(place.get(name, ""))
            for name in rule.arguments
        ):
            return rule
    return None
