"""Looks up what the sender's domain tells the world about its mail: MX, SPF, DKIM, DMARC."""

import base64
import binascii
from collections.abc import Iterator
from functools import partial
from typing import Any, Protocol

import dns.exception
import dns.resolver

from swa.web.doctor.findings import Finding, could_not_check, fine, to_mend, worth_knowing

ANSWER_WITHIN_SECONDS = 3.0
NOT_THERE = (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer)
# How long a public RSA key of 1024 and of 2048 bits is, as DKIM publishes it (RFC 5280, 4.1).
BYTES_OF_1024, BYTES_OF_2048 = 162, 294
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


def check_domain(
    mail_from: str, resolver: Resolver | None, dkim_selector: str = ""
) -> Iterator[Finding]:
    """Say what receivers will think of mail from this address.

    Args:
        mail_from: The address that mail comes from.
        resolver: Looks up the records; None when this machine has none.
        dkim_selector: Under which name the mail server's public key stands; empty when nobody has
            told us.
    """
    domain = mail_from.rpartition("@")[2].lower()
    checks = (
        ("Mailbox (MX)", _check_mx),
        ("SPF", _check_spf),
        ("DKIM", partial(_check_dkim, selector=dkim_selector)),
        ("DMARC", _check_dmarc),
    )
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


def _check_dkim(name: str, domain: str, resolver: Resolver, *, selector: str) -> Finding:
    """Look at the key that the mail server's signatures are checked with (RFC 6376, 3.6.1)."""
    if not selector:
        return could_not_check(
            name,
            f"{domain}: nobody has said under which name its key stands",
            "Send yourself a mail, look for s= in its DKIM-Signature, and put that word into"
            " SWA_DKIM_SELECTOR",
        )
    place = f"{selector}._domainkey.{domain}"
    records = [tags for tags in map(_exact_tags, _texts(resolver, place)) if "p" in tags]
    if not records:
        return to_mend(
            name,
            f"There is no key at {place}, so signatures of your mail server count for nothing",
            f"Have your mail provider sign for {domain}, and publish the TXT or CNAME record that"
            " it names",
        )
    if len(records) > 1:
        return to_mend(name, f"There are {len(records)} keys at {place}", "Keep the newest one")
    return _judge_key(name, place, records[0])


def _judge_key(name: str, place: str, tags: dict[str, str]) -> Finding:
    """Say the first thing that is wrong with a key."""
    size = _bytes_of_key(tags["p"])
    is_rsa = tags.get("k", "rsa") == "rsa"
    again = "Publish the record again, as your mail provider gave it"
    faults = (
        (size is None or tags.get("v", "DKIM1") != "DKIM1", "cannot be read", again),
        (size == 0, "was taken back", "Publish the key that is in use now"),
        (is_rsa and (size or 0) < BYTES_OF_1024, "is too short", "Use one of 2048 bits"),
    )
    for is_so, words, advice in faults:
        if is_so:
            return to_mend(name, f"The key at {place} {words}", advice)
    if is_rsa and (size or 0) < BYTES_OF_2048:
        return worth_knowing(name, f"The key at {place} is short", "Use one of 2048 bits")
    if "y" in tags.get("t", "").split(":"):
        advice = "Take t=y out of the record"
        return worth_knowing(name, f"The key at {place} is there on trial only", advice)
    return fine(name, f"The key at {place} is there")


def _bytes_of_key(text: str) -> int | None:
    """Return how long a key is; None for what is no key."""
    try:
        return len(base64.b64decode("".join(text.split()), validate=True))
    except binascii.Error:
        return None


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
    return _exact_tags(text.lower())


def _exact_tags(text: str) -> dict[str, str]:
    """Split a record at its semicolons, as it is written: a key minds its capitals."""
    pairs = (part.partition("=") for part in text.split(";"))
    return {name.strip(): value.strip() for name, is_tag, value in pairs if is_tag}


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
