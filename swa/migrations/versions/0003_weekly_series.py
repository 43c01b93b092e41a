"""weekly series."""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Plain ALTER TABLE: batch mode would copy the table and lose its CHECKs on SQLite.
    op.add_column('invitations', sa.Column('first_day', sa.Date(), nullable=True))
    op.add_column('invitations', sa.Column('begins', sa.Time(), nullable=True))
    op.add_column('invitations', sa.Column('ends', sa.Time(), nullable=True))
    op.add_column('invitations', sa.Column('weeks', sa.Integer(), nullable=True))
    op.add_column('invitations', sa.Column('zone', sa.String(length=40), nullable=True))
    op.add_column(
        'invitations',
        sa.Column('whole_revision', sa.Integer(), nullable=False, server_default='1'),
    )
    op.create_table('invitation_weeks',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('invitation_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('state', sa.String(length=30), nullable=False),
    sa.Column('new_day', sa.Date(), nullable=True),
    sa.Column('new_begins', sa.Time(), nullable=True),
    sa.Column('new_ends', sa.Time(), nullable=True),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['invitation_id'], ['invitations.id'], name=op.f('fk_invitation_weeks_invitation_id_invitations')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invitation_weeks')),
    sa.UniqueConstraint('invitation_id', 'day', name=op.f('uq_invitation_weeks_invitation_id_day'))
    )


def downgrade() -> None:
    op.drop_table('invitation_weeks')
    for name in ('whole_revision', 'zone', 'weeks', 'ends', 'begins', 'first_day'):
        op.drop_column('invitations', name)
