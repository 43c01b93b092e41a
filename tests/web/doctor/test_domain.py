"""What the world is told about the sender’s domain; what nobody could look up is never fine."""

import dns.exception
import dns.rdata
import dns.resolver
import pytest

from swa.web.doctor import domain
from swa.web.doctor.findings import State
from tests.web.doctor.support import GOOD_RECORDS, SENDER, FakeResolver


def look_up(mail_from=SENDER, **changes):
    names = {"mx": ("swa.example.org", "MX"), "spf": ("swa.example.org", "TXT")}
    names |= {"dmarc": ("_dmarc.swa.example.org", "TXT"), "above": ("_dmarc.example.org", "TXT")}
    records = dict(GOOD_RECORDS)
    for name, words in changes.items():
        records[names[name]] = words
    found = domain.check_domain(mail_from, FakeResolver(records))
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

    assert len(found) == 3
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

    found = list(domain.check_domain(SENDER, Moody()))

    assert [finding.state for finding in found] == [State.COULD_NOT_CHECK, State.FINE, State.FINE]
