"""The command ``swa doctor``."""

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime

import click
from pydantic import ValidationError

from swa.core import clock
from swa.web.doctor.domain import Resolver, check_domain, make_resolver
from swa.web.doctor.findings import Finding, State, could_not_check, fine, to_mend
from swa.web.settings import Settings, SettingsError, load_settings


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Print one line for a program to read.")
def doctor(*, as_json: bool) -> None:
    """Check the installation and say what to mend; exit code 1 when something is."""
    findings = list(examine(make_resolver(), now=clock.utc_now()))
    click.echo(as_line(findings) if as_json else as_text(findings))
    sys.exit(any(finding.state is State.TO_MEND for finding in findings))


def examine(resolver: Resolver | None, *, now: datetime) -> Iterator[Finding]:
    """Look at everything, also when the settings would not let the service start.

    Args:
        resolver: Looks up the sender's domain; None when this machine has none.
        now: UTC.
    """
    from swa.web.doctor.database import check_database
    from swa.web.doctor.machine import check_folder, check_python
    from swa.web.doctor.mail_server import check_mail_server
    from swa.web.doctor.mailbox import check_mailbox

    yield from check_python()
    settings = _read_whatever_can_be_read()
    yield from check_settings(settings)
    if settings is None:
        yield could_not_check("Everything else", "The settings cannot be read", "Mend them first")
        return
    yield from check_folder(settings.instance_path)
    yield from check_database(settings.database_url, now=now)
    yield from check_mail_server(settings)
    yield from check_mailbox(settings)
    if settings.is_demo and not settings.smtp_url.get_secret_value():
        yield could_not_check(
            "Sender’s domain",
            f"Not looked up, since no message leaves: {settings.mail_from.rpartition('@')[2]}",
        )
    else:
        yield from check_domain(settings.mail_from, resolver, settings.dkim_selector)


def check_settings(settings: Settings | None) -> Iterator[Finding]:
    """Say what is wrong with the settings, one finding for each.

    Args:
        settings: As read; None when one of them cannot be read at all.
    """
    problems = settings.problems() if settings else _what_cannot_be_read()
    for problem in problems:
        yield to_mend("Settings", problem, "Set the variable and start the service again")
    if settings and not problems:
        yield fine("Settings", f"They fit together; this is a {settings.mode} installation")


def as_text(findings: list[Finding]) -> str:
    """Write the findings for a person, ending with what it comes to."""
    lines = []
    for finding in findings:
        lines.append(f"{finding.state.capitalize():16} {finding.name}: {finding.sentence}")
        if finding.advice:
            lines.append(f"{'':16} → {finding.advice}")
    return "\n".join([*lines, "", _sum_up(findings)])


def as_line(findings: list[Finding]) -> str:
    """Write the findings for a program, as one line of JSON."""
    counts = {state.replace(" ", "_"): _count(findings, state) for state in State}
    return json.dumps({"checks": [asdict(finding) for finding in findings], **counts})


def _sum_up(findings: list[Finding]) -> str:
    mend, unknown = _count(findings, State.TO_MEND), _count(findings, State.COULD_NOT_CHECK)
    words = [f"{mend} to mend" if mend else "Nothing to mend"]
    if unknown:
        words.append(f"{unknown} could not be checked")
    return ", ".join(words)


def _count(findings: list[Finding], state: State) -> int:
    return sum(finding.state is state for finding in findings)


def _read_whatever_can_be_read() -> Settings | None:
    """Return the settings even when they do not fit together; None when one cannot be read.

    Not ``load_settings``: in a demonstration it may write a secret, and whoever runs the doctor
    may be somebody else than the service.
    """
    try:
        return Settings()
    except ValidationError:
        return None


def _what_cannot_be_read() -> list[str]:
    try:
        load_settings()
    except SettingsError as wrong:
        return str(wrong).splitlines()
    return []
