"""the index of what may still leave holds what a person holds, too."""

import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None

BEFORE = sa.text("state IN ('waiting', 'unknown', 'claimed', 'sending')")
SINCE = sa.text("state IN ('waiting', 'held', 'unknown', 'claimed', 'sending')")


def upgrade() -> None:
    _put(SINCE)


def downgrade() -> None:
    _put(BEFORE)


def _put(where: sa.TextClause) -> None:
    op.drop_index('ix_outbox_due', 'outbox_messages')
    op.create_index('ix_outbox_due', 'outbox_messages', ['next_try_at', 'id'],
                    sqlite_where=where, postgresql_where=where)
