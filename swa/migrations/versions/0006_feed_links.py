"""feed links."""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('feed_links',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=30), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('fetched_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_feed_links_person_id_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_feed_links')),
    sa.UniqueConstraint('person_id', 'kind', name=op.f('uq_feed_links_person_id_kind')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_feed_links_token_hash'))
    )


def downgrade() -> None:
    op.drop_table('feed_links')
