"""Triggers that keep the audit log append-only on both engines.

A line is never changed. A line is only deleted once it is older than the retention floor, which
is six years. Whoever runs the database can drop a trigger; then the chain of hashes still shows
what happened.
"""

FLOOR_YEARS = 6

CREATE_ON_SQLITE = (
    """
    CREATE TRIGGER audit_events_no_update BEFORE UPDATE ON audit_events
    BEGIN SELECT RAISE(ABORT, 'audit lines are never changed'); END
    """,
    f"""
    CREATE TRIGGER audit_events_no_delete BEFORE DELETE ON audit_events
    WHEN OLD.at > datetime('now', '-{FLOOR_YEARS} years')
    BEGIN SELECT RAISE(ABORT, 'audit lines are kept'); END
    """,
)
DROP_ON_SQLITE = (
    "DROP TRIGGER IF EXISTS audit_events_no_delete",
    "DROP TRIGGER IF EXISTS audit_events_no_update",
)
CREATE_ON_POSTGRESQL = (
    f"""
    CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' THEN
            IF OLD.at <= now() - interval '{FLOOR_YEARS} years' THEN
                RETURN OLD;
            END IF;
            RAISE EXCEPTION 'audit lines are kept';
        END IF;
        RAISE EXCEPTION 'audit lines are never changed';
    END $$
    """,
    """
    CREATE TRIGGER audit_events_no_change BEFORE UPDATE OR DELETE ON audit_events
    FOR EACH ROW EXECUTE FUNCTION refuse_audit_change()
    """,
)
DROP_ON_POSTGRESQL = (
    "DROP TRIGGER IF EXISTS audit_events_no_change ON audit_events",
    "DROP FUNCTION IF EXISTS refuse_audit_change()",
)


def creating(engine: str) -> tuple[str, ...]:
    """Return the statements that add the triggers.

    Args:
        engine: Name of the dialect, "sqlite" or "postgresql".
    """
    return CREATE_ON_SQLITE if engine == "sqlite" else CREATE_ON_POSTGRESQL


def dropping(engine: str) -> tuple[str, ...]:
    """Return the statements that take the triggers away."""
    return DROP_ON_SQLITE if engine == "sqlite" else DROP_ON_POSTGRESQL
