"""texts of messages that people wrote."""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('custom_texts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('family', sa.String(length=40), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['created_by_id'], ['people.id'], name=op.f('fk_custom_texts_created_by_id_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_custom_texts'))
    )
    with op.batch_alter_table('custom_texts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_custom_texts_created_by_id'), ['created_by_id'], unique=False)

    op.create_table('mail_text_drafts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('body', sa.String(), nullable=False),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_mail_text_drafts_person_id_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mail_text_drafts')),
    sa.UniqueConstraint('name', 'person_id', name=op.f('uq_mail_text_drafts_name_person_id'))
    )
    with op.batch_alter_table('mail_text_drafts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mail_text_drafts_person_id'), ['person_id'], unique=False)

    op.create_table('mail_texts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('body', sa.String(), nullable=False),
    sa.Column('is_shipped', sa.Boolean(), nullable=False),
    sa.Column('reason', sa.String(length=80), nullable=False),
    sa.Column('written_by_id', sa.Integer(), nullable=True),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['written_by_id'], ['people.id'], name=op.f('fk_mail_texts_written_by_id_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mail_texts')),
    sa.UniqueConstraint('name', 'number', name=op.f('uq_mail_texts_name_number'))
    )
    with op.batch_alter_table('mail_texts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mail_texts_written_by_id'), ['written_by_id'], unique=False)


def downgrade() -> None:
    op.drop_table('mail_texts')
    op.drop_table('mail_text_drafts')
    op.drop_table('custom_texts')
