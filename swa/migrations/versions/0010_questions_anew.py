"""a decline after an answer is a new question; an answer to a series outlives a moved week."""

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None

ONCE = 'uq_place_questions_invitation_id_sequence'
EACH_TIME = 'uq_place_questions_invitation_id_sequence_asked_at'


def upgrade() -> None:
    with op.batch_alter_table('place_questions', schema=None) as batch_op:
        batch_op.drop_constraint(ONCE, type_='unique')
        batch_op.create_unique_constraint(EACH_TIME, ['invitation_id', 'sequence', 'asked_at'])
    # Plain ALTER TABLE, as in 0005.
    whole = sa.Column('whole_sequence', sa.Integer(), nullable=False, server_default='0')
    op.add_column('invitations', whole)
    op.execute('UPDATE invitations SET whole_sequence = sequence')


def downgrade() -> None:
    op.drop_column('invitations', 'whole_sequence')
    op.execute(
        'DELETE FROM place_questions WHERE id NOT IN '
        '(SELECT max(id) FROM place_questions GROUP BY invitation_id, sequence)'
    )
    with op.batch_alter_table('place_questions', schema=None) as batch_op:
        batch_op.drop_constraint(EACH_TIME, type_='unique')
        batch_op.create_unique_constraint(ONCE, ['invitation_id', 'sequence'])
