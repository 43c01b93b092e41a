"""Settings: production refuses to start half set up, and says which setting to mend."""

from datetime import date

import pytest

from swa.web.settings import DEFAULT_SECRET, SettingsError, load_settings
from tests.messaging.test_notify import API_KEY, TEMPLATE
from tests.support.contacts import CONTACTS

SECRET = "a secret of more than thirty-two characters"
GOOD = {
    "mode": "production",
    "secret_key": SECRET,
    "base_url": "https://swa.example.org",
    **CONTACTS,
}


@pytest.fixture(autouse=True)
def no_environment(monkeypatch):
    for name in ("SWA_MODE", "SWA_SECRET_KEY", "SWA_BASE_URL", "SWA_DEBUG", "SWA_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)


def test_production_starts_when_all_is_set():
    assert load_settings(**GOOD).uses_https


@pytest.mark.parametrize(
    ("change", "setting"),
    [
        pytest.param({"secret_key": DEFAULT_SECRET}, "SWA_SECRET_KEY", id="the default secret"),
        pytest.param({"secret_key": "x" * 31}, "SWA_SECRET_KEY", id="a secret of 31 characters"),
        pytest.param({"base_url": ""}, "SWA_BASE_URL", id="no base address"),
        pytest.param({"base_url": "http://swa.example.org"}, "SWA_BASE_URL", id="no TLS"),
        pytest.param({"base_url": "https://swa.example.org/x"}, "SWA_BASE_URL", id="with a path"),
        pytest.param({"base_url": "swa.example.org"}, "SWA_BASE_URL", id="no scheme"),
        pytest.param({"debug": True}, "SWA_DEBUG", id="debug on"),
        pytest.param({"port": 70000}, "SWA_PORT", id="a port that cannot be"),
        pytest.param({"mode": "test"}, "SWA_MODE", id="an unknown mode"),
        pytest.param(
            {"bounce_address": "bounce+x@alliance.example.org"},
            "SWA_BOUNCE_ADDRESS must look like",
            id="a plus in the address for bounces",
        ),
        pytest.param(
            {"bounce_address": "bounce@elsewhere.example.org"},
            "SWA_BOUNCE_ADDRESS must end with",
            id="bounces to another domain",
        ),
    ],
)
def test_it_says_which_setting_is_wrong(change, setting):
    with pytest.raises(SettingsError, match=setting):
        load_settings(**(GOOD | change))


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("mail_from", "mailbox that mail comes from"),
        ("coordinator_address", "email address of whoever helps"),
        ("help_phone", "telephone number of whoever helps"),
        ("help_hours", "when somebody answers"),
    ],
)
def test_real_people_are_told_no_invented_contact(setting, said):
    """AN-14."""
    unset = {name: value for name, value in GOOD.items() if name != setting}

    for values in (unset, GOOD | {setting: " "}):
        with pytest.raises(SettingsError) as refusal:
            load_settings(**values)

        assert str(refusal.value).startswith(f"SWA_{setting.upper()} is not set: ")
        assert said in str(refusal.value)
        assert len(str(refusal.value).splitlines()) == 1


@pytest.mark.parametrize(
    ("setting", "shipped"),
    [
        ("mail_from", "Training@swa.example.org"),
        ("coordinator_address", " coordinator@swa.example.org"),
        ("help_phone", "020 7946 0000"),
        ("help_phone", "02079460000"),
    ],
)
def test_the_shipped_contact_is_refused_also_when_somebody_typed_it(setting, shipped):
    with pytest.raises(SettingsError, match=f"SWA_{setting.upper()} is the invented one"):
        load_settings(**(GOOD | {setting: shipped}))


@pytest.mark.parametrize(
    ("change", "starts"),
    [
        ({}, True),
        ({"smtp_url": "smtp+plain://127.0.0.1:2525"}, True),
        ({"smtp_url": "smtp://mail.example.org"}, False),
        ({"base_url": "https://swa.example.org"}, False),
        ({"notify_api_key": API_KEY, "notify_template_id": TEMPLATE}, False),
    ],
)
def test_it_is_tried_out_with_invented_contacts_only_where_nothing_leaves(change, starts):
    here = {"mode": "production", "secret_key": SECRET, "base_url": "http://localhost"} | change

    if starts:
        assert load_settings(**here).help_phone == "020 7946 0000"
    else:
        with pytest.raises(SettingsError, match="SWA_HELP_PHONE"):
            load_settings(**here)


def test_nothing_set_at_all_means_production_and_is_refused():
    with pytest.raises(SettingsError, match="SWA_BASE_URL"):
        load_settings()


def test_the_day_of_a_review_is_read_as_a_date(monkeypatch):
    monkeypatch.setenv("SWA_STATEMENT_REVIEWED_ON", "2027-03-01")

    assert load_settings(mode="demo").statement_reviewed_on == date(2027, 3, 1)


def test_a_secret_of_32_characters_is_enough():
    assert load_settings(**(GOOD | {"secret_key": "x" * 32}))


def test_a_demonstration_needs_nothing_and_keeps_its_own_secret(tmp_path):
    first = load_settings(mode="demo", instance_path=tmp_path, port=8123)
    second = load_settings(mode="demo", instance_path=tmp_path)

    assert first.base_url == "http://127.0.0.1:8123"
    assert first.secret_key == second.secret_key
    assert len(first.secret_key.get_secret_value()) > 32


@pytest.mark.parametrize(("mode", "name"), [("demo", "demo.db"), ("production", "swa.db")])
def test_a_demonstration_and_the_real_service_never_share_a_file(tmp_path, mode, name):
    """IN-18."""
    settings = load_settings(**(GOOD | {"mode": mode, "instance_path": tmp_path}))

    assert settings.database_url == f"sqlite:///{tmp_path / name}"


def test_the_secret_is_not_shown_by_accident():
    assert SECRET not in repr(load_settings(**GOOD))


@pytest.mark.parametrize("scheme", ["postgresql", "postgres"])
def test_a_postgresql_address_gets_our_driver(scheme):
    settings = load_settings(**GOOD, database_url=f"{scheme}://host/swa")

    assert settings.database_url == "postgresql+psycopg://host/swa"


@pytest.mark.parametrize(
    ("change", "pace"),
    [
        pytest.param({"smtp_url": "smtp://mail.example.org"}, (60, 300), id="a relay elsewhere"),
        pytest.param({"smtp_url": "smtp+plain://127.0.0.1"}, (0, 0), id="a relay here"),
        pytest.param({"smtp_url": "smtp://mail.example.org", "mode": "demo"}, (0, 0), id="demo"),
        pytest.param(
            {"smtp_url": "smtp+plain://127.0.0.1", "mail_per_domain": 5, "mail_per_minute": 9},
            (5, 9),
            id="set",
        ),
        pytest.param(
            {"smtp_url": "smtp://mail.example.org", "mail_per_domain": 0}, (0, 300), id="no limit"
        ),
    ],
)
def test_how_many_messages_may_leave_within_a_minute(tmp_path, change, pace):
    """MAIL-11."""
    settings = load_settings(**(GOOD | {"instance_path": tmp_path} | change))

    assert (settings.mail_per_domain, settings.mail_per_minute) == pace
