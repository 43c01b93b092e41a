"""A DNS server on this machine, over UDP: answers from a table, or not at all."""

import socketserver
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.resolver
import dns.rrset

Records = Mapping[tuple[str, str], list[str]]


@dataclass
class DnsServer:
    """What it knows and how it behaves.

    Attributes:
        also: Records beside those that it was started with, by name and type.
        asked: Name and type of each question that came.
    """

    records: Records
    port: int = 0
    also: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    is_silent: bool = False
    refuses: bool = False

    def ask(self) -> dns.resolver.Resolver:
        """Return a resolver that asks this server alone."""
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = ["127.0.0.1"], self.port
        return resolver

    def answer(self, wire: bytes) -> bytes:
        query = dns.message.from_wire(wire)
        question = query.question[0]
        name, kind = question.name, dns.rdatatype.to_text(question.rdtype)
        self.asked.append((name.to_text(), kind))
        reply = dns.message.make_response(query)
        reply.flags |= dns.flags.RA
        if self.refuses:
            reply.set_rcode(dns.rcode.REFUSED)
            return reply.to_wire()
        known = {**self.records, **self.also}
        if target := known.get((plain(name), "CNAME")):
            reply.answer.append(dns.rrset.from_text(name, 60, "IN", "CNAME", *target))
            name = dns.name.from_text(target[0])
        if found := known.get((plain(name), kind)):
            reply.answer.append(dns.rrset.from_text(name, 60, "IN", kind, *found))
        elif not any(plain(name) == other for other, _ in known):
            reply.set_rcode(dns.rcode.NXDOMAIN)
        return reply.to_wire()


def plain(name: dns.name.Name) -> str:
    """Return a name as the tables write it; the top of a domain keeps its dot."""
    text = name.to_text()
    return text if text.count(".") == 1 else text.rstrip(".")


@contextmanager
def dns_server(records: Records) -> Iterator[DnsServer]:
    """Run one for the length of a test."""
    served = DnsServer(records)

    class Answering(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            wire, socket = self.request
            if not served.is_silent:
                socket.sendto(served.answer(wire), self.client_address)

    server: Any
    with socketserver.ThreadingUDPServer(("127.0.0.1", 0), Answering) as server:
        served.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield served
        server.shutdown()
        thread.join(5)
