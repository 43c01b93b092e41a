"""when somebody decided that a session goes ahead."""

import sqlalchemy as sa
from alembic import op

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Plain ALTER TABLE, as in 0005.
    op.add_column('training_sessions', sa.Column('go_ahead_at', sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column('training_sessions', 'go_ahead_at')
