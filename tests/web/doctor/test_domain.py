"""What the world is told about the sender’s domain; what nobody could look up is never fine."""

import dns.exception
import dns.rdata
import dns.resolver
import pytest

from swa.web.doctor import domain
from swa.web.doctor.findings import State
from tests.support.dns_server import dns_server
from tests.web.doctor.support import GOOD_RECORDS, RSA_2048, SENDER, FakeResolver


def look_up(mail_from=SENDER, *, selector="mail1", **changes):
    names = {"mx": ("swa.example.org", "MX"), "spf": ("swa.example.org", "TXT")}
    names |= {"dmarc": ("_dmarc.swa.example.org", "TXT"), "above": ("_dmarc.example.org", "TXT")}
    names |= {"dkim": ("mail1._domainkey.swa.example.org", "TXT")}
    records = dict(GOOD_RECORDS)
    for name, words in changes.items():
        records[names[name]] = words
    found = domain.check_domain(mail_from, FakeResolver(records), selector)
    return {finding.name.split()[0]: finding for finding in found}


def test_a_domain_in_order_is_fine():
    found = look_up()

    assert {finding.state for finding in found.values()} == {State.FINE}
    assert "mail.example.org" in found["Mailbox"].sentence
    assert "include:_spf.example.net -all" in found["SPF"].sentence


def test_the_domain_is_read_without_regard_to_case():
    assert look_up("Training@SWA.Example.ORG")["SPF"].state is State.FINE


@pytest.mark.parametrize("records", [[], ["0 ."]])
def test_a_domain_without_a_mailbox_is_to_mend(records):
    assert look_up(mx=records)["Mailbox"].state is State.TO_MEND


@pytest.mark.parametrize(
    ("records", "state"),
    [
        pytest.param(['"v=spf1 mx ~all"'], State.FINE, id="soft fail"),
        pytest.param(['"V=SPF1 MX -ALL"'], State.FINE, id="capitals"),
        pytest.param(['"v=spf1 redirect=_spf.example.net"'], State.FINE, id="points elsewhere"),
        pytest.param(['"v=spf1 mx ?all"'], State.WORTH_KNOWING, id="neutral"),
        pytest.param(['"v=spf1 mx"'], State.WORTH_KNOWING, id="no end"),
        pytest.param(['"v=spf1 +all"'], State.TO_MEND, id="anybody"),
        pytest.param(['"v=spf1 all"'], State.TO_MEND, id="anybody, without the plus"),
        pytest.param(['"v=spf1 mx -all"', '"v=spf1 -all"'], State.TO_MEND, id="two"),
        pytest.param(['"v=spf10 -all"'], State.TO_MEND, id="only looks like it"),
        pytest.param([], State.TO_MEND, id="none"),
    ],
)
def test_who_may_send_is_judged(records, state):
    assert look_up(spf=records)["SPF"].state is state


@pytest.mark.parametrize(
    ("records", "above", "state"),
    [
        pytest.param(['"v=DMARC1; p=quarantine"'], [], State.FINE, id="quarantine"),
        pytest.param(['"v=DMARC1; p=none"'], [], State.WORTH_KNOWING, id="only watches"),
        pytest.param(['"v=DMARC1"'], [], State.WORTH_KNOWING, id="without a policy"),
        pytest.param(['"hello"'], [], State.TO_MEND, id="something else"),
        pytest.param([], [], State.TO_MEND, id="none"),
        pytest.param([], ['"v=DMARC1; p=reject"'], State.FINE, id="from above"),
        pytest.param(
            [], ['"v=DMARC1; p=reject; sp=none"'], State.WORTH_KNOWING, id="other for those below"
        ),
        pytest.param(
            ['"v=DMARC1; p=none"'],
            ['"v=DMARC1; p=reject"'],
            State.WORTH_KNOWING,
            id="its own counts first",
        ),
    ],
)
def test_what_happens_to_forged_mail_is_judged(records, above, state):
    assert look_up(dmarc=records, above=above)["DMARC"].state is state


def test_advice_names_what_to_publish():
    found = look_up(dmarc=[], spf=[])

    assert "_dmarc.swa.example.org" in found["DMARC"].advice
    assert "v=spf1" in found["SPF"].advice


@pytest.mark.parametrize(
    "resolver",
    [
        pytest.param(None, id="no resolver here"),
        pytest.param(FakeResolver({}), id="a closed network, where no name is known"),
        pytest.param(FakeResolver(failure=dns.exception.Timeout()), id="no answer in time"),
        pytest.param(FakeResolver(failure=dns.resolver.NoNameservers()), id="no server answers"),
    ],
)
def test_what_could_not_be_looked_up_is_never_fine(resolver):
    found = list(domain.check_domain(SENDER, resolver))

    assert len(found) == 4
    assert {finding.state for finding in found} == {State.COULD_NOT_CHECK}


def test_a_machine_without_a_resolver_has_none(monkeypatch):
    def refuse():
        raise dns.resolver.NoResolverConfiguration

    monkeypatch.setattr(domain.dns.resolver, "Resolver", refuse)

    assert domain.make_resolver() is None


def test_one_answer_that_does_not_come_is_told_as_such():
    class Moody(FakeResolver):
        def resolve(self, qname, rdtype, *, lifetime):
            if rdtype == "MX":
                raise dns.exception.Timeout
            return super().resolve(qname, rdtype, lifetime=lifetime)

    found = list(domain.check_domain(SENDER, Moody(), "mail1"))

    assert [finding.state for finding in found] == [State.COULD_NOT_CHECK, *[State.FINE] * 3]


def key(text, **tags):
    return ['"' + "; ".join([*(f"{n}={v}" for n, v in tags.items()), f"p={text}"]) + '"']


@pytest.mark.parametrize(
    ("records", "state", "words"),
    [
        pytest.param(key("A" * 216, v="DKIM1"), State.WORTH_KNOWING, "is short", id="1024 bits"),
        pytest.param(key("A" * 212, v="DKIM1"), State.TO_MEND, "too short", id="fewer bits"),
        pytest.param(key("A" * 44, v="DKIM1", k="ed25519"), State.FINE, "is there", id="ed25519"),
        pytest.param(key(RSA_2048), State.FINE, "is there", id="no version"),
        pytest.param(key(RSA_2048, v="DKIM1", t="y"), State.WORTH_KNOWING, "trial", id="trial"),
        pytest.param(key(RSA_2048, v="DKIM1", t="s"), State.FINE, "is there", id="strict"),
        pytest.param(key(RSA_2048, v="DKIM2"), State.TO_MEND, "cannot be read", id="version 2"),
        pytest.param(key(""), State.TO_MEND, "taken back", id="taken back"),
        pytest.param(key("?"), State.TO_MEND, "cannot be read", id="no key"),
        pytest.param(['"hello"'], State.TO_MEND, "no key", id="something else"),
        pytest.param([], State.TO_MEND, "no key", id="none"),
        pytest.param([*key(RSA_2048), *key("A" * 44)], State.TO_MEND, "2 keys", id="two"),
    ],
)
def test_the_key_of_the_signatures_is_judged(records, state, words):
    """Issue 3: DKIM is left to the relay, the doctor says whether its key is there."""
    finding = look_up(dkim=records)["DKIM"]

    assert (finding.state, words in finding.sentence) == (state, True)
    assert finding.advice or state is State.FINE


def test_without_the_name_of_the_key_it_says_where_to_find_it():
    finding = look_up(selector="")["DKIM"]

    assert finding.state is State.COULD_NOT_CHECK
    assert "SWA_DKIM_SELECTOR" in finding.advice


# The real resolver, against a DNS server on this machine


@pytest.fixture
def resolver():
    with dns_server(GOOD_RECORDS) as server:
        yield server


def test_a_real_resolver_finds_a_domain_in_order(resolver):
    found = list(domain.check_domain(SENDER, resolver.ask(), "mail1"))

    assert {finding.state for finding in found} == {State.FINE}
    assert "mail1._domainkey.swa.example.org" in found[2].sentence
    assert ("swa.example.org.", "MX") in resolver.asked


def test_a_key_behind_another_name_is_followed(resolver):
    """Providers give a CNAME, so that they can change the key."""
    resolver.also[("mail2._domainkey.swa.example.org", "CNAME")] = [
        "mail1._domainkey.swa.example.org."
    ]

    found = list(domain.check_domain(SENDER, resolver.ask(), "mail2"))

    assert found[2].state is State.FINE


def test_a_server_that_never_answers_is_given_up_and_is_no_failure(resolver, monkeypatch):
    monkeypatch.setattr(domain, "ANSWER_WITHIN_SECONDS", 0.3)
    resolver.is_silent = True

    found = list(domain.check_domain(SENDER, resolver.ask(), "mail1"))

    assert {finding.state for finding in found} == {State.COULD_NOT_CHECK}
    assert "no answer came" in found[0].sentence


def test_nobody_waits_longer_than_three_seconds_for_an_answer():
    assert domain.ANSWER_WITHIN_SECONDS == 3


def test_a_server_that_refuses_is_told_as_such(resolver):
    resolver.refuses = True

    found = list(domain.check_domain(SENDER, resolver.ask(), "mail1"))

    assert {finding.state for finding in found} == {State.COULD_NOT_CHECK}
