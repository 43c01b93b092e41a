"""Looks up what the sender's domain tells the world about its mail: MX, SPF, DMARC."""

from collections.abc import Iterator
from typing import Any, Protocol

import dns.exception
import dns.resolver

from swa.web.doctor.findings import Finding, could_not_check, fine, to_mend, worth_knowing

ANSWER_WITHIN_SECONDS = 5.0
NOT_THERE = (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer)
NO_RESOLVER = "A machine that can look up names in the internet can: run swa doctor there"


class Resolver(Protocol):
    """Looks up records, as ``dns.resolver.Resolver`` does."""

    def resolve(self, qname: str, rdtype: str, *, lifetime: float) -> Any:
        """Return the records of one kind, or raise one of dnspython's exceptions."""


def make_resolver() -> Resolver | None:
    """Return this machine's resolver, None when it has none."""
    try:
        return dns.resolver.Resolver()
    except (dns.exception.DNSException, OSError):
        return None


def check_domain(mail_from: str, resolver: Resolver | None) -> Iterator[Finding]:
    """Say what receivers will think of mail from this address.

    Args:
        mail_from: The address that mail comes from.
        resolver: Looks up the records; None when this machine has none.
    """
    domain = mail_from.rpartition("@")[2].lower()
    checks = (("Mailbox (MX)", _check_mx), ("SPF", _check_spf), ("DMARC", _check_dmarc))
    why_not = _why_not_to_ask(domain, resolver)
    for name, check in checks:
        if resolver is None or why_not:
            yield could_not_check(name, f"{domain}: {why_not}", NO_RESOLVER)
            continue
        try:
            yield check(name, domain, resolver)
        except dns.exception.DNSException as wrong:
            yield could_not_check(name, f"{domain}: {_no_answer(wrong)}", NO_RESOLVER)


def _why_not_to_ask(domain: str, resolver: Resolver | None) -> str | None:
    """Say why this machine's answers would mean nothing; None when they do.

    The resolver of a closed network knows no name at all: what it does not find may well exist.
    So it has to know the top of the domain first.
    """
    if resolver is None:
        return "this machine has no resolver"
    top = f"{domain.rpartition('.')[2]}."
    try:
        knows_the_top = bool(_look_up(resolver, top, "NS"))
    except dns.exception.DNSException as wrong:
        return _no_answer(wrong)
    return None if knows_the_top else f"the resolver of this machine does not know {top} either"


def _no_answer(wrong: dns.exception.DNSException) -> str:
    reason = str(wrong).partition("\n")[0] or type(wrong).__name__
    return f"no answer came ({reason})"


def _check_mx(name: str, domain: str, resolver: Resolver) -> Finding:
    hosts = sorted(
        (record.preference, record.exchange.to_text(omit_final_dot=True))
        for record in _look_up(resolver, domain, "MX")
    )
    if hosts and hosts[0][1] not in {"", "."}:
        return fine(name, f"{domain} takes mail at {hosts[0][1]}")
    return to_mend(
        name,
        f"{domain} takes no mail, so answers and reports about failed mail are lost",
        f"Publish an MX record of {domain} that names your mail server",
    )


def _check_spf(name: str, domain: str, resolver: Resolver) -> Finding:
    records = [text for text in _texts(resolver, domain) if text.lower().split(" ")[0] == "v=spf1"]
    if not records:
        return to_mend(
            name,
            f"{domain} does not say which servers may send for it; much of the mail is refused",
            f"Publish a TXT record of {domain}, for example"
            ' "v=spf1 include:YOUR-MAIL-PROVIDER -all"',
        )
    if len(records) > 1:
        return to_mend(
            name,
            f"{domain} has {len(records)} SPF records, which counts as none",
            "Put them together in one TXT record",
        )
    return _judge_spf(name, domain, records[0])


def _judge_spf(name: str, domain: str, record: str) -> Finding:
    words = record.lower().split()
    if {"+all", "all"} & set(words):
        return to_mend(name, f"{domain} lets anybody send for it: {record}", "End it with -all")
    points_on = any(word.startswith("redirect=") for word in words)
    if points_on or {"-all", "~all"} & set(words):
        return fine(name, f"{domain}: {record}")
    return worth_knowing(name, f"{domain} leaves it open: {record}", "End it with -all")


def _check_dmarc(name: str, domain: str, resolver: Resolver) -> Finding:
    for place, text in _dmarc_records(domain, resolver):
        tags = _tags(text)
        policy = tags.get("p", "none")
        if place != domain:
            policy = tags.get("sp", policy)
        if policy in {"quarantine", "reject"}:
            return fine(name, f"_dmarc.{place}: {text}")
        return worth_knowing(
            name,
            f"_dmarc.{place} only watches: {text}",
            "Once SPF and DKIM pass (send yourself a mail and look), say p=quarantine or p=reject",
        )
    return to_mend(
        name,
        f"Neither {domain} nor a domain above it says what to do with forged mail",
        f'Publish a TXT record of _dmarc.{domain}, for example "v=DMARC1; p=quarantine;'
        f' rua=mailto:postmaster@{domain}"; have your mail provider sign with DKIM',
    )


def _dmarc_records(domain: str, resolver: Resolver) -> Iterator[tuple[str, str]]:
    """Yield the records of the domain, then of those above it (RFC 7489, 6.6.3)."""
    labels = domain.split(".")
    for start in range(max(len(labels) - 1, 1)):
        place = ".".join(labels[start:])
        for text in _texts(resolver, f"_dmarc.{place}"):
            if _tags(text).get("v") == "dmarc1":
                yield place, text


def _tags(text: str) -> dict[str, str]:
    """Split ``v=DMARC1; p=none`` at its semicolons; names and values in lower case."""
    pairs = (part.partition("=") for part in text.lower().split(";"))
    return {name.strip(): value.strip() for name, _, value in pairs}


def _texts(resolver: Resolver, name: str) -> list[str]:
    """Return the TXT records; the pieces of a long one belong together without a blank."""
    return [
        b"".join(record.strings).decode("utf-8", "replace")
        for record in _look_up(resolver, name, "TXT")
    ]


def _look_up(resolver: Resolver, name: str, kind: str) -> list[Any]:
    try:
        return list(resolver.resolve(name, kind, lifetime=ANSWER_WITHIN_SECONDS))
    except NOT_THERE:
        return []
