"""For servers: ``gunicorn swa.web.wsgi:app``."""

from swa.web.demo.clearing import check_no_real_people
from swa.web.factory import create_app

app = create_app()
check_no_real_people(app, is_server=True)
