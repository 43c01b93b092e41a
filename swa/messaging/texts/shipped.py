"""Reads the shipped text of a message from its file.

A file begins with comment lines ("# …"), which say that the text is ours and may be adapted. Then
come one line "Subject: …", an empty line and the body.
"""

from dataclasses import dataclass

from flask import current_app


@dataclass(frozen=True)
class Source:
    """A text as it was typed: one line, and the body."""

    subject: str
    body: str


def read_shipped(name: str) -> Source:
    """Return the shipped text of a message.

    Args:
        name: Path below ``templates/emails``, without ".txt".

    Raises:
        jinja2.TemplateNotFound: No text of this name is shipped.
        ValueError: The file has no subject.
    """
    environment = current_app.jinja_env
    assert environment.loader is not None  # noqa: S101 - the factory sets it; mypy cannot know
    whole, _path, _is_fresh = environment.loader.get_source(environment, f"emails/{name}.txt")
    return split_source(whole)


def split_source(whole: str) -> Source:
    """Split a file into subject and body; the comments at its head are left out.

    Raises:
        ValueError: It has no subject.
    """
    lines = whole.splitlines()
    while lines and (lines[0].startswith("#") or not lines[0].strip()):
        lines.pop(0)
    if not lines or not lines[0].startswith("Subject: "):
        msg = "a text begins with “Subject: …”, after its comments"
        raise ValueError(msg)
    return Source(lines[0].removeprefix("Subject: ").strip(), "\n".join(lines[1:]).strip())
