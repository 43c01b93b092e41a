"""when hourly and nightly work was last done."""

import sqlalchemy as sa
from alembic import op

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('periodic_turns',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('done_for', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_periodic_turns')),
    sa.UniqueConstraint('name', name=op.f('uq_periodic_turns_name'))
    )


def downgrade() -> None:
    op.drop_table('periodic_turns')
