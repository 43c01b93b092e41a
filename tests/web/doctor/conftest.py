"""A database with two migrations of its own."""

import pytest
from sqlalchemy import create_engine

from swa.core.db import db
from swa.web.doctor import database
from tests.web.doctor.support import stamp


@pytest.fixture
def migrations(monkeypatch, tmp_path):
    """Two migrations that do nothing: one after the other."""
    folder = tmp_path / "migrations"
    (folder / "versions").mkdir(parents=True)
    for revision, before in (("0001", None), ("0002", "0001")):
        (folder / "versions" / f"{revision}.py").write_text(
            f"revision = {revision!r}\ndown_revision = {before!r}\n"
        )
    monkeypatch.setattr(database, "MIGRATIONS", folder)
    return folder


@pytest.fixture
def sqlite_url(tmp_path, migrations):
    url = f"sqlite:///{tmp_path / 'doctor.db'}"
    engine = create_engine(url)
    db.metadata.create_all(engine)
    engine.dispose()
    stamp(url, "0002")
    return url
