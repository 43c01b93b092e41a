"""which optional messages people want, and the links that stop them."""

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('mail_choices',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('choice', sa.String(length=60), nullable=False),
    sa.Column('is_wanted', sa.Boolean(), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_mail_choices_person_id_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mail_choices')),
    sa.UniqueConstraint('person_id', 'choice', name=op.f('uq_mail_choices_person_id_choice'))
    )
    op.create_table('stop_links',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('choice', sa.String(length=60), nullable=False),
    sa.Column('nonce', sa.String(length=43), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_stop_links_person_id_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stop_links')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_stop_links_token_hash'))
    )
    with op.batch_alter_table('stop_links', schema=None) as batch_op:
        batch_op.create_index('ix_stop_links_person_id_choice', ['person_id', 'choice'], unique=False)


def downgrade() -> None:
    op.drop_table('stop_links')
    op.drop_table('mail_choices')
