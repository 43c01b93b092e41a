"""what GOV.UK Notify calls a message that it took, and when it arrived."""

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None

ASKED = sa.text("notify_id != '' AND arrived_at IS NULL AND state = 'sent'")


def upgrade() -> None:
    # Plain ALTER TABLE, as in 0005.
    op.add_column('outbox_messages', sa.Column('notify_id', sa.String(length=36), nullable=False, server_default=''))
    op.add_column('outbox_messages', sa.Column('arrived_at', sa.DateTime(timezone=True), nullable=True))
    op.create_index('ix_outbox_notify', 'outbox_messages', ['next_try_at'], unique=False, sqlite_where=ASKED, postgresql_where=ASKED)


def downgrade() -> None:
    op.drop_index('ix_outbox_notify', table_name='outbox_messages')
    op.drop_column('outbox_messages', 'arrived_at')
    op.drop_column('outbox_messages', 'notify_id')
