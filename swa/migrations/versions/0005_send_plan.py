"""the send plan: rules as rows, messages that people hold, skip, edit and send once more."""

from datetime import UTC, datetime, time

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

NOT_DROPPED = sa.text("state != 'dropped'")
NOBODY = sa.text("state != 'dropped' AND person_id IS NULL")
MORNING = time(9)
# What topics could set before there were rules, with the numbers of the toolkit.
OF_TOPICS = (
    ("prework_days", 3, "prework", "Prework", "people with a place"),
    ("joining_days", 2, "joining instructions", "Joining instructions", "people with a place"),
    ("joining_days", 2, "joining instructions to run",
     "Joining instructions for those who run it", "those who run it"),
)


def upgrade() -> None:
    op.create_table('days_off',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_days_off')),
    sa.UniqueConstraint('day', name=op.f('uq_days_off_day'))
    )
    op.create_table('plan_rounds',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reached', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_rounds')),
    sa.UniqueConstraint('name', name=op.f('uq_plan_rounds_name'))
    )
    rules = op.create_table('send_rules',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=60), nullable=False),
    sa.Column('scope', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('kind', sa.String(length=60), nullable=False),
    sa.Column('event', sa.String(length=30), nullable=False),
    sa.Column('audience', sa.String(length=30), nullable=False),
    sa.Column('days', sa.Integer(), nullable=False),
    sa.Column('side', sa.String(length=30), nullable=False),
    sa.Column('counted', sa.String(length=30), nullable=False),
    sa.Column('at', sa.Time(), nullable=True),
    sa.Column('pulls_back', sa.Boolean(), nullable=False),
    sa.Column('text', sa.String(length=80), nullable=False),
    sa.Column('is_on', sa.Boolean(), nullable=False),
    sa.Column('is_own', sa.Boolean(), nullable=False),
    sa.Column('useful_days', sa.Integer(), nullable=False),
    sa.Column('counts_from', sa.DateTime(timezone=True), nullable=True),
    sa.Column('past_asked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('optional', sa.String(length=60), nullable=False),
    sa.CheckConstraint('days BETWEEN 0 AND 400', name=op.f('ck_send_rules_days')),
    sa.CheckConstraint('useful_days BETWEEN 1 AND 90', name=op.f('ck_send_rules_useful_days')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_send_rules')),
    sa.UniqueConstraint('key', 'scope', name=op.f('uq_send_rules_key_scope')),
    sqlite_autoincrement=True
    )
    _change_outbox()
    _carry_numbers_over(rules)
    for table in ('topics', 'training_sessions'):
        for column in ('prework_days', 'joining_days', 'sends_missed_you'):
            op.drop_column(table, column)


def _change_outbox() -> None:
    op.drop_index('uq_outbox_person', table_name='outbox_messages')
    op.drop_index('uq_outbox_address', table_name='outbox_messages')
    # Plain ALTER TABLE: batch mode would copy the table and lose its CHECKs on SQLite.
    empty = {'nullable': False, 'server_default': ''}
    for column in (
        sa.Column('copy', sa.Integer(), nullable=False, server_default='0'),
        sa.Column('belongs_to', sa.String(length=80), **empty),
        sa.Column('ready_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('is_by_hand', sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column('own_subject', sa.String(), **empty),
        sa.Column('own_text', sa.String(), **empty),
        sa.Column('edited_at', sa.DateTime(timezone=True), nullable=True),
    ):
        op.add_column('outbox_messages', column)
    for name, last, where in (
        ('uq_outbox_person', 'person_id', NOT_DROPPED),
        ('uq_outbox_address', 'address', NOBODY),
    ):
        op.create_index(
            name, 'outbox_messages', ['kind', 'occasion', 'edition', 'copy', last],
            unique=True, sqlite_where=where, postgresql_where=where,
        )
    op.create_index('ix_outbox_belongs_to', 'outbox_messages', ['belongs_to', 'due_at', 'id'])
    op.create_index('ix_outbox_planned', 'outbox_messages', ['due_at', 'id'])
    op.execute("UPDATE outbox_messages SET ready_at = due_at")
    op.execute(
        "UPDATE outbox_messages SET belongs_to = 'session ' || (SELECT session_id FROM bookings "
        "WHERE bookings.id = CAST(SUBSTR(occasion, 9) AS INTEGER)) "
        "WHERE occasion LIKE 'booking %' AND EXISTS (SELECT 1 FROM bookings "
        "WHERE bookings.id = CAST(SUBSTR(occasion, 9) AS INTEGER))"
    )
    second_word = (
        "CAST(SUBSTR(occasion, 9) AS INTEGER)"
        if op.get_bind().dialect.name == 'sqlite'
        else "SPLIT_PART(occasion, ' ', 2)"
    )
    op.execute(
        f"UPDATE outbox_messages SET belongs_to = 'session ' || {second_word} "
        "WHERE occasion LIKE 'session %'"
    )


def _carry_numbers_over(rules: sa.Table) -> None:
    """Keep what topics had set, and let rules that are new leave out what is over."""
    now, found = datetime.now(UTC), []
    bind = op.get_bind()
    for column, usual, key, name, audience in OF_TOPICS:
        rows = bind.execute(sa.text(f"SELECT id, {column} FROM topics WHERE {column} <> {usual}"))
        found += [
            _rule(key, name, audience, days=days, scope=f'topic {topic}') for topic, days in rows
        ]
    silent = bind.execute(sa.text("SELECT id FROM topics WHERE NOT sends_missed_you"))
    found += [
        _rule('sorry we missed you', 'Sorry we missed you', 'people who could not come',
              event='the session, once marked', side='after', at=None, is_on=False,
              scope=f'topic {topic}')
        for (topic,) in silent
    ]
    if bind.execute(sa.text("SELECT 1 FROM training_sessions")).first():
        found += [
            _rule('attendance not saved', 'Attendance not saved', 'those who run it', days=1,
                  event='the end of the session', side='after', at=None, counts_from=now),
            _rule('refresher', 'Refresher', 'people who were there', days=42, useful_days=14,
                  event='the session, once marked', side='after', pulls_back=True,
                  optional='refreshers', counts_from=now),
        ]
    if found:
        op.bulk_insert(rules, found)


def _rule(key: str, name: str, audience: str, **more: object) -> dict[str, object]:
    usual: dict[str, object] = {
        'scope': '', 'kind': key, 'event': 'the start of the session', 'days': 0,
        'side': 'before', 'counted': 'calendar days', 'at': MORNING, 'pulls_back': False,
        'text': '', 'is_on': True, 'is_own': False, 'useful_days': 7, 'counts_from': None,
        'past_asked_at': None, 'optional': '',
    }
    return usual | {'key': key, 'name': name, 'audience': audience} | more


def downgrade() -> None:
    for table in ('training_sessions', 'topics'):
        for column in (
            sa.Column('prework_days', sa.Integer(), nullable=False, server_default='3'),
            sa.Column('joining_days', sa.Integer(), nullable=False, server_default='2'),
            sa.Column('sends_missed_you', sa.Boolean(), nullable=False, server_default=sa.true()),
        ):
            op.add_column(table, column)
    op.execute("DELETE FROM outbox_messages WHERE copy > 0")
    op.drop_index('ix_outbox_planned', table_name='outbox_messages')
    op.drop_index('ix_outbox_belongs_to', table_name='outbox_messages')
    op.drop_index('uq_outbox_person', table_name='outbox_messages')
    op.drop_index('uq_outbox_address', table_name='outbox_messages')
    for column in (
        'edited_at', 'own_text', 'own_subject', 'is_by_hand', 'ready_at', 'belongs_to', 'copy'
    ):
        op.drop_column('outbox_messages', column)
    for name, last, where in (
        ('uq_outbox_person', 'person_id', NOT_DROPPED),
        ('uq_outbox_address', 'address', NOBODY),
    ):
        op.create_index(
            name, 'outbox_messages', ['kind', 'occasion', 'edition', last],
            unique=True, sqlite_where=where, postgresql_where=where,
        )
    op.drop_table('send_rules')
    op.drop_table('plan_rounds')
    op.drop_table('days_off')
