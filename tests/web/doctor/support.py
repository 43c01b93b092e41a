"""What several tests of the doctor need."""

from datetime import UTC, datetime, timedelta

import dns.exception
import dns.rdata
import dns.resolver
from sqlalchemy import create_engine, text

NOW = datetime(2027, 3, 3, 9, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SENDER = "post@swa.example.org"
# Only its length counts here; base64 in two pieces, as a long TXT record is published.
RSA_2048 = f'{"A" * 200}" "{"A" * 192}'
GOOD_RECORDS = {
    ("org.", "NS"): ["a0.org.example."],
    ("swa.example.org", "MX"): ["20 second.example.org.", "10 mail.example.org."],
    ("swa.example.org", "TXT"): ['"site=1"', '"v=spf1 include:_spf.exam" "ple.net -all"'],
    ("_dmarc.swa.example.org", "TXT"): ['"v=DMARC1; p=reject; rua=mailto:a@example.org"'],
    ("mail1._domainkey.swa.example.org", "TXT"): [f'"v=DKIM1; k=rsa; p={RSA_2048}"'],
}


class FakeResolver:
    """Answers from a dict, with the exceptions of the real one."""

    def __init__(self, records=GOOD_RECORDS, *, failure=None):
        self.records, self.failure = records, failure

    def resolve(self, qname, rdtype, *, lifetime):
        assert 0 < lifetime < 60
        if self.failure:
            raise self.failure
        if (qname, rdtype) not in self.records:
            raise dns.resolver.NXDOMAIN
        return [dns.rdata.from_text("IN", rdtype, words) for words in self.records[qname, rdtype]]


def states(findings):
    return {finding.name: finding.state for finding in findings}


def stamp(url, revision):
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE IF EXISTS alembic_version"))
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
        if revision:
            connection.execute(text("INSERT INTO alembic_version VALUES (:v)"), {"v": revision})
    engine.dispose()
