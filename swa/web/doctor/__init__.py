"""``swa doctor``: looks over an installation and says in plain words what to mend."""

from swa.web.doctor.command import doctor

__all__ = ["doctor"]
