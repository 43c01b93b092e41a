"""when messages left, to keep the pace together."""

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('mail_hand_overs',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('domain', sa.String(length=254), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('lease_token', sa.String(length=32), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mail_hand_overs'))
    )
    op.create_index('ix_mail_hand_overs_at_domain', 'mail_hand_overs', ['at', 'domain'])
    op.create_index('ix_mail_hand_overs_lease_token', 'mail_hand_overs', ['lease_token'])


def downgrade() -> None:
    op.drop_table('mail_hand_overs')
