"""ids of deleted texts and of their versions are not given again on SQLite, as on PostgreSQL."""

from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None

TABLES = ('custom_texts', 'mail_texts')


def upgrade() -> None:
    _put(sqlite_autoincrement=True)


def downgrade() -> None:
    _put(sqlite_autoincrement=False)


def _put(*, sqlite_autoincrement: bool) -> None:
    if op.get_bind().dialect.name != 'sqlite':
        return
    kwargs = {'sqlite_autoincrement': sqlite_autoincrement}
    for table in TABLES:
        with op.batch_alter_table(table, schema=None, recreate='always', table_kwargs=kwargs):
            pass
