"""the first tables."""

import sqlalchemy as sa
from alembic import op

from swa.migrations import audit_triggers

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('audit_heads',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_heads'))
    )
    op.create_table('mail_circuits',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('channel', sa.String(length=20), nullable=False),
    sa.Column('closed_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('last_answer', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mail_circuits')),
    sa.UniqueConstraint('channel', name=op.f('uq_mail_circuits_channel'))
    )
    op.create_table('organisations',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('sector', sa.String(length=30), nullable=False),
    sa.Column('borough', sa.String(length=80), nullable=False),
    sa.Column('is_active', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_organisations')),
    sa.UniqueConstraint('name', name=op.f('uq_organisations_name'))
    )
    op.create_table('rate_counts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('purpose', sa.String(length=40), nullable=False),
    sa.Column('key_hash', sa.String(length=64), nullable=False),
    sa.Column('window_start', sa.DateTime(timezone=True), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rate_counts')),
    sa.UniqueConstraint('purpose', 'key_hash', 'window_start', name=op.f('uq_rate_counts_purpose_key_hash_window_start'))
    )
    with op.batch_alter_table('rate_counts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_rate_counts_window_start'), ['window_start'], unique=False)

    op.create_table('suppressed_addresses',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('address', sa.String(length=254), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_suppressed_addresses')),
    sa.UniqueConstraint('address', name=op.f('uq_suppressed_addresses_address'))
    )
    op.create_table('topics',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=30), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('overview', sa.String(), nullable=False),
    sa.Column('who_for', sa.String(), nullable=False),
    sa.Column('who_not_for', sa.String(), nullable=False),
    sa.Column('learning_points', sa.String(), nullable=False),
    sa.Column('length_minutes', sa.Integer(), nullable=False),
    sa.Column('smallest', sa.Integer(), nullable=False),
    sa.Column('recommended', sa.Integer(), nullable=False),
    sa.Column('largest', sa.Integer(), nullable=False),
    sa.Column('most_per_team', sa.Integer(), nullable=False),
    sa.Column('most_percent', sa.Integer(), nullable=False),
    sa.Column('caps_lift_days', sa.Integer(), nullable=False),
    sa.Column('prework_days', sa.Integer(), nullable=False),
    sa.Column('joining_days', sa.Integer(), nullable=False),
    sa.Column('go_ahead_days', sa.Integer(), nullable=False),
    sa.Column('sends_missed_you', sa.Boolean(), nullable=False),
    sa.Column('needs_prework', sa.Boolean(), nullable=False),
    sa.Column('prework', sa.String(), nullable=False),
    sa.Column('prework_minutes', sa.Integer(), nullable=False),
    sa.Column('joining_instructions', sa.String(), nullable=False),
    sa.Column('expectations', sa.String(), nullable=False),
    sa.Column('is_regulated', sa.Boolean(), nullable=False),
    sa.Column('limits_of_advice', sa.String(), nullable=False),
    sa.Column('when_to_refer', sa.String(), nullable=False),
    sa.Column('look_out_for', sa.String(), nullable=False),
    sa.Column('triage', sa.String(), nullable=False),
    sa.Column('key_elements', sa.String(), nullable=False),
    sa.Column('how_to_refer', sa.String(), nullable=False),
    sa.Column('discussion', sa.String(), nullable=False),
    sa.Column('is_active', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("kind != 'core' OR largest <= 20", name=op.f('ck_topics_core_largest')),
    sa.CheckConstraint('caps_lift_days >= 0', name=op.f('ck_topics_caps_lift_days')),
    sa.CheckConstraint('length_minutes BETWEEN 15 AND 600', name=op.f('ck_topics_length')),
    sa.CheckConstraint('most_per_team >= 1', name=op.f('ck_topics_most_per_team')),
    sa.CheckConstraint('most_percent BETWEEN 1 AND 100', name=op.f('ck_topics_most_percent')),
    sa.CheckConstraint('recommended <= largest', name=op.f('ck_topics_recommended')),
    sa.CheckConstraint('smallest >= 1 AND smallest <= recommended', name=op.f('ck_topics_smallest')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_topics')),
    sa.UniqueConstraint('title', name=op.f('uq_topics_title'))
    )
    op.create_table('organisation_domains',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('domain', sa.String(length=253), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_organisation_domains_organisation_id_organisations')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_organisation_domains')),
    sa.UniqueConstraint('domain', name=op.f('uq_organisation_domains_domain'))
    )
    with op.batch_alter_table('organisation_domains', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_organisation_domains_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('teams',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_teams_organisation_id_organisations')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_teams')),
    sa.UniqueConstraint('organisation_id', 'name', name=op.f('uq_teams_organisation_id_name'))
    )
    op.create_table('topic_providers',
    sa.Column('topic_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_topic_providers_organisation_id_organisations')),
    sa.ForeignKeyConstraint(['topic_id'], ['topics.id'], name=op.f('fk_topic_providers_topic_id_topics')),
    sa.PrimaryKeyConstraint('topic_id', 'organisation_id', name=op.f('pk_topic_providers'))
    )
    op.create_table('people',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('job_role', sa.String(length=120), nullable=False),
    sa.Column('kind', sa.String(length=30), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('team_id', sa.Integer(), nullable=True),
    sa.Column('line_manager_id', sa.Integer(), nullable=True),
    sa.Column('access_needs', sa.String(), nullable=False),
    sa.Column('is_active', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('email = lower(email)', name=op.f('ck_people_email_lower')),
    sa.ForeignKeyConstraint(['line_manager_id'], ['people.id'], name=op.f('fk_people_line_manager_id_people')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_people_organisation_id_organisations')),
    sa.ForeignKeyConstraint(['team_id'], ['teams.id'], name=op.f('fk_people_team_id_teams')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_people')),
    sa.UniqueConstraint('email', name=op.f('uq_people_email'))
    )
    with op.batch_alter_table('people', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_people_line_manager_id'), ['line_manager_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_people_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_people_team_id'), ['team_id'], unique=False)

    op.create_table('audit_events',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.Column('what', sa.String(length=80), nullable=False),
    sa.Column('about', sa.String(length=80), nullable=False),
    sa.Column('fields', sa.String(length=400), nullable=False),
    sa.Column('previous_hash', sa.String(length=64), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['people.id'], name=op.f('fk_audit_events_by_id_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_events')),
    sa.UniqueConstraint('hash', name=op.f('uq_audit_events_hash'))
    )
    with op.batch_alter_table('audit_events', schema=None) as batch_op:
        batch_op.create_index('ix_audit_events_about', ['about'], unique=False)
        batch_op.create_index(batch_op.f('ix_audit_events_at'), ['at'], unique=False)
        batch_op.create_index(batch_op.f('ix_audit_events_by_id'), ['by_id'], unique=False)

    op.create_table('invitations',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('occasion', sa.String(length=80), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('uid', sa.String(length=255), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('revised_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('organiser_name', sa.String(length=120), nullable=False),
    sa.Column('organiser', sa.String(length=254), nullable=False),
    sa.Column('state', sa.String(length=30), nullable=False),
    sa.Column('answer', sa.String(length=30), nullable=False),
    sa.Column('first_message_id', sa.String(length=255), nullable=False),
    sa.Column('title', sa.String(length=300), nullable=False),
    sa.Column('description', sa.String(), nullable=False),
    sa.Column('location', sa.String(length=300), nullable=False),
    sa.Column('url', sa.String(length=300), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_invitations_person_id_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invitations')),
    sa.UniqueConstraint('uid', name=op.f('uq_invitations_uid'))
    )
    with op.batch_alter_table('invitations', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_invitations_occasion'), ['occasion'], unique=False)
        batch_op.create_index(batch_op.f('ix_invitations_person_id'), ['person_id'], unique=False)
        batch_op.create_index('uq_invitations_standing', ['occasion'], unique=True, sqlite_where=sa.text("state = 'standing'"), postgresql_where=sa.text("state = 'standing'"))

    op.create_table('join_requests',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('organisation_name', sa.String(length=120), nullable=False),
    sa.Column('job_role', sa.String(length=120), nullable=False),
    sa.Column('message', sa.String(), nullable=False),
    sa.Column('state', sa.String(length=30), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('decision_reason', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['decided_by_id'], ['people.id'], name=op.f('fk_join_requests_decided_by_id_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_join_requests'))
    )
    with op.batch_alter_table('join_requests', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_join_requests_email'), ['email'], unique=False)

    op.create_table('outbox_messages',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=60), nullable=False),
    sa.Column('occasion', sa.String(length=80), nullable=False),
    sa.Column('edition', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('address', sa.String(length=254), nullable=False),
    sa.Column('message_id', sa.String(length=255), nullable=False),
    sa.Column('state', sa.String(length=30), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('next_try_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('give_up_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('lease_token', sa.String(length=32), nullable=False),
    sa.Column('lease_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('frozen_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('html', sa.String(), nullable=False),
    sa.Column('calendar_method', sa.String(length=20), nullable=False),
    sa.Column('calendar', sa.LargeBinary(), nullable=True),
    sa.Column('thread_id', sa.String(length=255), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('answer', sa.String(), nullable=False),
    sa.Column('private', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_outbox_messages_person_id_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outbox_messages')),
    sa.UniqueConstraint('message_id', name=op.f('uq_outbox_messages_message_id'))
    )
    with op.batch_alter_table('outbox_messages', schema=None) as batch_op:
        batch_op.create_index('ix_outbox_due', ['next_try_at', 'id'], unique=False, sqlite_where=sa.text("state IN ('waiting', 'unknown', 'claimed', 'sending')"), postgresql_where=sa.text("state IN ('waiting', 'unknown', 'claimed', 'sending')"))
        batch_op.create_index(batch_op.f('ix_outbox_messages_person_id'), ['person_id'], unique=False)
        batch_op.create_index('ix_outbox_occasion', ['occasion'], unique=False)
        batch_op.create_index('uq_outbox_address', ['kind', 'occasion', 'edition', 'address'], unique=True, sqlite_where=sa.text("state != 'dropped' AND person_id IS NULL"), postgresql_where=sa.text("state != 'dropped' AND person_id IS NULL"))
        batch_op.create_index('uq_outbox_person', ['kind', 'occasion', 'edition', 'person_id'], unique=True, sqlite_where=sa.text("state != 'dropped'"), postgresql_where=sa.text("state != 'dropped'"))

    op.create_table('people_imports',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uploaded_by_id', sa.Integer(), nullable=False),
    sa.Column('uploaded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('file_name', sa.String(length=200), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.Column('state', sa.String(length=30), nullable=False),
    sa.Column('rows', sa.Integer(), nullable=False),
    sa.Column('rows_done', sa.Integer(), nullable=False),
    sa.Column('outcome', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['uploaded_by_id'], ['people.id'], name=op.f('fk_people_imports_uploaded_by_id_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_people_imports'))
    )
    with op.batch_alter_table('people_imports', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_people_imports_uploaded_by_id'), ['uploaded_by_id'], unique=False)

    op.create_table('role_grants',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('role', sa.String(length=30), nullable=False),
    sa.Column('granted_by_id', sa.Integer(), nullable=True),
    sa.Column('granted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['granted_by_id'], ['people.id'], name=op.f('fk_role_grants_granted_by_id_people')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_role_grants_person_id_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_role_grants')),
    sa.UniqueConstraint('person_id', 'role', name=op.f('uq_role_grants_person_id_role'))
    )
    op.create_table('sign_in_links',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('purpose', sa.String(length=30), nullable=False),
    sa.Column('nonce', sa.String(length=64), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('browser_hash', sa.String(length=64), nullable=False),
    sa.Column('code_hash', sa.String(length=64), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('code_tries', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_sign_in_links_person_id_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_in_links')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_sign_in_links_token_hash'))
    )
    with op.batch_alter_table('sign_in_links', schema=None) as batch_op:
        batch_op.create_index('ix_sign_in_links_browser_unused', ['browser_hash'], unique=False, sqlite_where=sa.text('used_at IS NULL'), postgresql_where=sa.text('used_at IS NULL'))
        batch_op.create_index(batch_op.f('ix_sign_in_links_expires_at'), ['expires_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_sign_in_links_person_id'), ['person_id'], unique=False)

    op.create_table('training_sessions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('topic_id', sa.Integer(), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('mode', sa.String(length=30), nullable=False),
    sa.Column('online_link', sa.String(length=500), nullable=False),
    sa.Column('venue', sa.String(length=300), nullable=False),
    sa.Column('borough', sa.String(length=80), nullable=False),
    sa.Column('lead_facilitator_id', sa.Integer(), nullable=True),
    sa.Column('co_facilitator_id', sa.Integer(), nullable=True),
    sa.Column('support_person_id', sa.Integer(), nullable=True),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('joining_instructions', sa.String(), nullable=False),
    sa.Column('expectations', sa.String(), nullable=False),
    sa.Column('prework', sa.String(), nullable=False),
    sa.Column('prework_minutes', sa.Integer(), nullable=False),
    sa.Column('resources', sa.String(), nullable=False),
    sa.Column('has_no_resources', sa.Boolean(), nullable=False),
    sa.Column('referral_reason', sa.String(), nullable=False),
    sa.Column('is_plan_agreed', sa.Boolean(), nullable=False),
    sa.Column('smallest', sa.Integer(), nullable=False),
    sa.Column('recommended', sa.Integer(), nullable=False),
    sa.Column('largest', sa.Integer(), nullable=False),
    sa.Column('most_per_team', sa.Integer(), nullable=False),
    sa.Column('most_percent', sa.Integer(), nullable=False),
    sa.Column('caps_lift_days', sa.Integer(), nullable=False),
    sa.Column('prework_days', sa.Integer(), nullable=False),
    sa.Column('joining_days', sa.Integer(), nullable=False),
    sa.Column('go_ahead_days', sa.Integer(), nullable=False),
    sa.Column('sends_missed_you', sa.Boolean(), nullable=False),
    sa.Column('places_taken', sa.Integer(), nullable=False),
    sa.Column('status', sa.String(length=30), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('cancelled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('cancel_reason', sa.String(), nullable=False),
    sa.Column('go_ahead', sa.String(length=30), nullable=False),
    sa.Column('go_ahead_reason', sa.String(), nullable=False),
    sa.Column('go_ahead_by_id', sa.Integer(), nullable=True),
    sa.Column('attendance_saved_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('attendance_saved_by_id', sa.Integer(), nullable=True),
    sa.Column('attendance_version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('caps_lift_days >= 0', name=op.f('ck_training_sessions_caps_lift_days')),
    sa.CheckConstraint('ends_at > starts_at', name=op.f('ck_training_sessions_ends_after_start')),
    sa.CheckConstraint('most_per_team >= 1', name=op.f('ck_training_sessions_most_per_team')),
    sa.CheckConstraint('most_percent BETWEEN 1 AND 100', name=op.f('ck_training_sessions_most_percent')),
    sa.CheckConstraint('places_taken BETWEEN 0 AND largest', name=op.f('ck_training_sessions_places_taken')),
    sa.CheckConstraint('recommended <= largest', name=op.f('ck_training_sessions_recommended')),
    sa.CheckConstraint('smallest >= 1 AND smallest <= recommended', name=op.f('ck_training_sessions_smallest')),
    sa.CheckConstraint('support_person_id IS NULL OR support_person_id != lead_facilitator_id', name=op.f('ck_training_sessions_two_people')),
    sa.ForeignKeyConstraint(['attendance_saved_by_id'], ['people.id'], name=op.f('fk_training_sessions_attendance_saved_by_id_people')),
    sa.ForeignKeyConstraint(['co_facilitator_id'], ['people.id'], name=op.f('fk_training_sessions_co_facilitator_id_people')),
    sa.ForeignKeyConstraint(['created_by_id'], ['people.id'], name=op.f('fk_training_sessions_created_by_id_people')),
    sa.ForeignKeyConstraint(['go_ahead_by_id'], ['people.id'], name=op.f('fk_training_sessions_go_ahead_by_id_people')),
    sa.ForeignKeyConstraint(['lead_facilitator_id'], ['people.id'], name=op.f('fk_training_sessions_lead_facilitator_id_people')),
    sa.ForeignKeyConstraint(['support_person_id'], ['people.id'], name=op.f('fk_training_sessions_support_person_id_people')),
    sa.ForeignKeyConstraint(['topic_id'], ['topics.id'], name=op.f('fk_training_sessions_topic_id_topics')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_training_sessions'))
    )
    with op.batch_alter_table('training_sessions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_training_sessions_co_facilitator_id'), ['co_facilitator_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_training_sessions_created_by_id'), ['created_by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_training_sessions_lead_facilitator_id'), ['lead_facilitator_id'], unique=False)
        batch_op.create_index('ix_training_sessions_listed', ['status', 'starts_at', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_training_sessions_support_person_id'), ['support_person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_training_sessions_topic_id'), ['topic_id'], unique=False)

    op.create_table('web_sessions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('id_hash', sa.String(length=64), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('browser', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_web_sessions_person_id_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_web_sessions')),
    sa.UniqueConstraint('id_hash', name=op.f('uq_web_sessions_id_hash'))
    )
    with op.batch_alter_table('web_sessions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_web_sessions_person_id'), ['person_id'], unique=False)

    op.create_table('bookings',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('session_id', sa.Integer(), nullable=False),
    sa.Column('reference', sa.String(length=12), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('team_id', sa.Integer(), nullable=True),
    sa.Column('status', sa.String(length=30), nullable=False),
    sa.Column('wait_reason', sa.String(length=30), nullable=True),
    sa.Column('booked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('cancelled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('offers', sa.Integer(), nullable=False),
    sa.Column('offer_ends_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('access_needs', sa.String(), nullable=False),
    sa.Column('question', sa.String(), nullable=False),
    sa.Column('hides_name', sa.Boolean(), nullable=False),
    sa.Column('is_walk_in', sa.Boolean(), nullable=False),
    sa.Column('mark', sa.String(length=30), nullable=True),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_bookings_organisation_id_organisations')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_bookings_person_id_people')),
    sa.ForeignKeyConstraint(['session_id'], ['training_sessions.id'], name=op.f('fk_bookings_session_id_training_sessions')),
    sa.ForeignKeyConstraint(['team_id'], ['teams.id'], name=op.f('fk_bookings_team_id_teams')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bookings')),
    sa.UniqueConstraint('reference', name=op.f('uq_bookings_reference'))
    )
    with op.batch_alter_table('bookings', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_bookings_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_bookings_person_id'), ['person_id'], unique=False)
        batch_op.create_index('ix_bookings_queue', ['session_id', 'status', 'booked_at', 'id'], unique=False)
        batch_op.create_index('uq_bookings_one_live', ['session_id', 'person_id'], unique=True, sqlite_where=sa.text("status != 'cancelled'"), postgresql_where=sa.text("status != 'cancelled'"))

    op.create_table('plan_segments',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('session_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=30), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('led_by', sa.String(length=120), nullable=False),
    sa.CheckConstraint('minutes > 0', name=op.f('ck_plan_segments_minutes')),
    sa.ForeignKeyConstraint(['session_id'], ['training_sessions.id'], name=op.f('fk_plan_segments_session_id_training_sessions')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_segments')),
    sa.UniqueConstraint('session_id', 'position', name=op.f('uq_plan_segments_session_id_position'))
    )
    op.create_table('registrations',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('link_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('job_role', sa.String(length=120), nullable=False),
    sa.Column('kind', sa.String(length=30), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('team_name', sa.String(length=120), nullable=False),
    sa.Column('manager_email', sa.String(length=254), nullable=False),
    sa.ForeignKeyConstraint(['link_id'], ['sign_in_links.id'], name=op.f('fk_registrations_link_id_sign_in_links')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_registrations_organisation_id_organisations')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_registrations')),
    sa.UniqueConstraint('link_id', name=op.f('uq_registrations_link_id'))
    )
    op.create_table('session_moves',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('session_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('moved_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('moved_by_id', sa.Integer(), nullable=True),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('mode', sa.String(length=30), nullable=False),
    sa.Column('online_link', sa.String(length=500), nullable=False),
    sa.Column('venue', sa.String(length=300), nullable=False),
    sa.ForeignKeyConstraint(['moved_by_id'], ['people.id'], name=op.f('fk_session_moves_moved_by_id_people')),
    sa.ForeignKeyConstraint(['session_id'], ['training_sessions.id'], name=op.f('fk_session_moves_session_id_training_sessions')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_session_moves')),
    sa.UniqueConstraint('session_id', 'number', name=op.f('uq_session_moves_session_id_number'))
    )
    op.create_table('session_providers',
    sa.Column('session_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_session_providers_organisation_id_organisations')),
    sa.ForeignKeyConstraint(['session_id'], ['training_sessions.id'], name=op.f('fk_session_providers_session_id_training_sessions')),
    sa.PrimaryKeyConstraint('session_id', 'organisation_id', name=op.f('pk_session_providers'))
    )
    op.create_table('passed_over',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('session_id', sa.Integer(), nullable=False),
    sa.Column('booking_id', sa.Integer(), nullable=False),
    sa.Column('for_booking_id', sa.Integer(), nullable=False),
    sa.Column('reason', sa.String(length=30), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['booking_id'], ['bookings.id'], name=op.f('fk_passed_over_booking_id_bookings')),
    sa.ForeignKeyConstraint(['for_booking_id'], ['bookings.id'], name=op.f('fk_passed_over_for_booking_id_bookings')),
    sa.ForeignKeyConstraint(['session_id'], ['training_sessions.id'], name=op.f('fk_passed_over_session_id_training_sessions')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_passed_over'))
    )
    with op.batch_alter_table('passed_over', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_passed_over_booking_id'), ['booking_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_passed_over_session_id'), ['session_id'], unique=False)

    for statement in audit_triggers.creating(op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    for statement in audit_triggers.dropping(op.get_bind().dialect.name):
        op.execute(statement)
    with op.batch_alter_table('passed_over', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_passed_over_session_id'))
        batch_op.drop_index(batch_op.f('ix_passed_over_booking_id'))

    op.drop_table('passed_over')
    op.drop_table('session_providers')
    op.drop_table('session_moves')
    op.drop_table('registrations')
    op.drop_table('plan_segments')
    with op.batch_alter_table('bookings', schema=None) as batch_op:
        batch_op.drop_index('uq_bookings_one_live', sqlite_where=sa.text("status != 'cancelled'"), postgresql_where=sa.text("status != 'cancelled'"))
        batch_op.drop_index('ix_bookings_queue')
        batch_op.drop_index(batch_op.f('ix_bookings_person_id'))
        batch_op.drop_index(batch_op.f('ix_bookings_organisation_id'))

    op.drop_table('bookings')
    with op.batch_alter_table('web_sessions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_web_sessions_person_id'))

    op.drop_table('web_sessions')
    with op.batch_alter_table('training_sessions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_training_sessions_topic_id'))
        batch_op.drop_index(batch_op.f('ix_training_sessions_support_person_id'))
        batch_op.drop_index('ix_training_sessions_listed')
        batch_op.drop_index(batch_op.f('ix_training_sessions_lead_facilitator_id'))
        batch_op.drop_index(batch_op.f('ix_training_sessions_created_by_id'))
        batch_op.drop_index(batch_op.f('ix_training_sessions_co_facilitator_id'))

    op.drop_table('training_sessions')
    with op.batch_alter_table('sign_in_links', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_sign_in_links_person_id'))
        batch_op.drop_index(batch_op.f('ix_sign_in_links_expires_at'))
        batch_op.drop_index('ix_sign_in_links_browser_unused', sqlite_where=sa.text('used_at IS NULL'), postgresql_where=sa.text('used_at IS NULL'))

    op.drop_table('sign_in_links')
    op.drop_table('role_grants')
    with op.batch_alter_table('people_imports', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_people_imports_uploaded_by_id'))

    op.drop_table('people_imports')
    with op.batch_alter_table('outbox_messages', schema=None) as batch_op:
        batch_op.drop_index('uq_outbox_person', sqlite_where=sa.text("state != 'dropped'"), postgresql_where=sa.text("state != 'dropped'"))
        batch_op.drop_index('uq_outbox_address', sqlite_where=sa.text("state != 'dropped' AND person_id IS NULL"), postgresql_where=sa.text("state != 'dropped' AND person_id IS NULL"))
        batch_op.drop_index('ix_outbox_occasion')
        batch_op.drop_index(batch_op.f('ix_outbox_messages_person_id'))
        batch_op.drop_index('ix_outbox_due', sqlite_where=sa.text("state IN ('waiting', 'unknown', 'claimed', 'sending')"), postgresql_where=sa.text("state IN ('waiting', 'unknown', 'claimed', 'sending')"))

    op.drop_table('outbox_messages')
    with op.batch_alter_table('join_requests', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_join_requests_email'))

    op.drop_table('join_requests')
    with op.batch_alter_table('invitations', schema=None) as batch_op:
        batch_op.drop_index('uq_invitations_standing', sqlite_where=sa.text("state = 'standing'"), postgresql_where=sa.text("state = 'standing'"))
        batch_op.drop_index(batch_op.f('ix_invitations_person_id'))
        batch_op.drop_index(batch_op.f('ix_invitations_occasion'))

    op.drop_table('invitations')
    with op.batch_alter_table('audit_events', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_audit_events_by_id'))
        batch_op.drop_index(batch_op.f('ix_audit_events_at'))
        batch_op.drop_index('ix_audit_events_about')

    op.drop_table('audit_events')
    with op.batch_alter_table('people', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_people_team_id'))
        batch_op.drop_index(batch_op.f('ix_people_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_people_line_manager_id'))

    op.drop_table('people')
    op.drop_table('topic_providers')
    op.drop_table('teams')
    with op.batch_alter_table('organisation_domains', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_organisation_domains_organisation_id'))

    op.drop_table('organisation_domains')
    op.drop_table('topics')
    op.drop_table('suppressed_addresses')
    with op.batch_alter_table('rate_counts', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_rate_counts_window_start'))

    op.drop_table('rate_counts')
    op.drop_table('organisations')
    op.drop_table('mail_circuits')
    op.drop_table('audit_heads')
