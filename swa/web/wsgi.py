"""For servers: ``gunicorn swa.web.wsgi:app``."""

from swa.web.factory import create_app

app = create_app()
