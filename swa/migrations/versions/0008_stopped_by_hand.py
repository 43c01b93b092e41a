"""addresses that somebody here stopped, beside those that a mail server refused."""

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Plain ALTER TABLE, as in 0005.
    by_hand = sa.Column('is_by_hand', sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column('suppressed_addresses', by_hand)


def downgrade() -> None:
    op.drop_column('suppressed_addresses', 'is_by_hand')
