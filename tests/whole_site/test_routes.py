"""Every route says who may open it and keeps the house style of addresses (AZ-4, WB-3)."""

import re

import pytest
from flask import Flask
from werkzeug.routing.converters import NumberConverter

from swa.core.access import MissingPolicyError, policy_of
from swa.web.factory import BoundedId, check_every_route_has_a_policy
from tests.support.plain_app import plain_app

APP = plain_app()
ROUTES = list(APP.url_map.iter_rules())
KEBAB = re.compile(r"^(/[a-z0-9.]+(-[a-z0-9.]+)*|/<[^>]+>(\.ics)?)*/?$")


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_every_page_says_who_may_open_it(route):
    assert policy_of(APP.view_functions[route.endpoint]), f"{route.endpoint} has no policy"


def test_the_app_does_not_start_with_a_page_that_says_nothing():
    app = Flask("one page")
    app.add_url_rule("/open-to-whom", "page", lambda: "")

    with pytest.raises(MissingPolicyError, match="/open-to-whom"):
        check_every_route_has_a_policy(app)


@pytest.mark.parametrize(
    "route", [route for route in ROUTES if route.endpoint != "static"], ids=str
)
def test_addresses_are_lower_case_words_with_hyphens(route):
    assert KEBAB.match(route.rule), route.rule


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_every_number_in_an_address_is_bounded(route):
    for converter in route._converters.values():
        assert isinstance(converter, BoundedId) or not isinstance(converter, NumberConverter)


@pytest.mark.parametrize("number", ["0" * 30, "9" * 30, "-1", "1\x00", "%ff"])
def test_odd_numbers_in_an_address_are_no_page(app, number):
    response = app.test_client().get(f"/sessions/{number}")

    assert response.status_code in {302, 400, 404}
    assert "Traceback" not in response.text
