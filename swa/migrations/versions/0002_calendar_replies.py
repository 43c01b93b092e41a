"""calendar replies."""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('mailbox_polls',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=20), nullable=False),
    sa.Column('token', sa.String(length=32), nullable=False),
    sa.Column('claimed_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('closed_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('last_answer', sa.String(), nullable=False),
    sa.Column('read_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mailbox_polls')),
    sa.UniqueConstraint('name', name=op.f('uq_mailbox_polls_name'))
    )
    op.create_table('received_mails',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('message_id', sa.String(length=255), nullable=False),
    sa.Column('kind', sa.String(length=30), nullable=False),
    sa.Column('note', sa.String(length=200), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_received_mails')),
    sa.UniqueConstraint('key', name=op.f('uq_received_mails_key'))
    )
    with op.batch_alter_table('received_mails', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_received_mails_received_at'), ['received_at'], unique=False)

    op.create_table('mail_tasks',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('mail_id', sa.Integer(), nullable=False),
    sa.Column('sender_name', sa.String(length=200), nullable=False),
    sa.Column('sender_address', sa.String(length=254), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('subject', sa.String(length=300), nullable=False),
    sa.Column('body', sa.String(), nullable=False),
    sa.Column('is_whole', sa.Boolean(), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('state', sa.String(length=30), nullable=False),
    sa.Column('done_by_id', sa.Integer(), nullable=True),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['done_by_id'], ['people.id'], name=op.f('fk_mail_tasks_done_by_id_people')),
    sa.ForeignKeyConstraint(['mail_id'], ['received_mails.id'], name=op.f('fk_mail_tasks_mail_id_received_mails')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_mail_tasks_person_id_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mail_tasks')),
    sa.UniqueConstraint('mail_id', name=op.f('uq_mail_tasks_mail_id'))
    )
    with op.batch_alter_table('mail_tasks', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mail_tasks_person_id'), ['person_id'], unique=False)
        batch_op.create_index('ix_mail_tasks_state', ['state', 'received_at'], unique=False)

    op.create_table('time_proposals',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('invitation_id', sa.Integer(), nullable=False),
    sa.Column('original_start', sa.DateTime(timezone=True), nullable=True),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('address', sa.String(length=254), nullable=False),
    sa.Column('comment', sa.String(), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['invitation_id'], ['invitations.id'], name=op.f('fk_time_proposals_invitation_id_invitations')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_time_proposals'))
    )
    with op.batch_alter_table('time_proposals', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_time_proposals_invitation_id'), ['invitation_id'], unique=False)

    op.create_table('week_answers',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('invitation_id', sa.Integer(), nullable=False),
    sa.Column('original_start', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reply', sa.String(length=30), nullable=True),
    sa.Column('reply_sequence', sa.Integer(), nullable=True),
    sa.Column('reply_stamp', sa.DateTime(timezone=True), nullable=True),
    sa.Column('replied_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reply_address', sa.String(length=254), nullable=False),
    sa.Column('reply_hint', sa.String(length=500), nullable=False),
    sa.Column('reply_comment', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['invitation_id'], ['invitations.id'], name=op.f('fk_week_answers_invitation_id_invitations')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_week_answers')),
    sa.UniqueConstraint('invitation_id', 'original_start', name=op.f('uq_week_answers_invitation_id_original_start'))
    )
    op.create_table('place_questions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('booking_id', sa.Integer(), nullable=False),
    sa.Column('invitation_id', sa.Integer(), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('nonce', sa.String(length=64), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decision', sa.String(length=30), nullable=True),
    sa.ForeignKeyConstraint(['booking_id'], ['bookings.id'], name=op.f('fk_place_questions_booking_id_bookings')),
    sa.ForeignKeyConstraint(['invitation_id'], ['invitations.id'], name=op.f('fk_place_questions_invitation_id_invitations')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_place_questions')),
    sa.UniqueConstraint('invitation_id', 'sequence', name=op.f('uq_place_questions_invitation_id_sequence')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_place_questions_token_hash'))
    )
    with op.batch_alter_table('place_questions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_place_questions_booking_id'), ['booking_id'], unique=False)

    # Plain ALTER TABLE: batch mode would copy the tables and lose their CHECKs on SQLite.
    op.add_column('invitations', sa.Column('reply', sa.String(length=30), nullable=True))
    op.add_column('invitations', sa.Column('reply_sequence', sa.Integer(), nullable=True))
    for name in ('reply_stamp', 'replied_at'):
        op.add_column('invitations', sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    for name, kind in (
        ('reply_address', sa.String(length=254)),
        ('reply_hint', sa.String(length=500)),
        ('reply_comment', sa.String()),
    ):
        op.add_column('invitations', sa.Column(name, kind, nullable=False, server_default=''))
    op.add_column(
        'topics',
        sa.Column('frees_declined', sa.Boolean(), nullable=False, server_default=sa.false()),
    )


def downgrade() -> None:
    op.drop_column('topics', 'frees_declined')
    for name in (
        'reply_comment', 'reply_hint', 'reply_address', 'replied_at', 'reply_stamp',
        'reply_sequence', 'reply',
    ):
        op.drop_column('invitations', name)
    with op.batch_alter_table('place_questions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_place_questions_booking_id'))

    op.drop_table('place_questions')
    op.drop_table('week_answers')
    with op.batch_alter_table('time_proposals', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_time_proposals_invitation_id'))

    op.drop_table('time_proposals')
    with op.batch_alter_table('mail_tasks', schema=None) as batch_op:
        batch_op.drop_index('ix_mail_tasks_state')
        batch_op.drop_index(batch_op.f('ix_mail_tasks_person_id'))

    op.drop_table('mail_tasks')
    with op.batch_alter_table('received_mails', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_received_mails_received_at'))

    op.drop_table('received_mails')
    op.drop_table('mailbox_polls')
