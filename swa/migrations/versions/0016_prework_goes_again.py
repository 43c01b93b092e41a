"""whether the prework goes again after a move."""

import sqlalchemy as sa
from alembic import op

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Plain ALTER TABLE, as in 0005.
    no = sa.Column('prework_again', sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column('session_moves', no)


def downgrade() -> None:
    op.drop_column('session_moves', 'prework_again')
