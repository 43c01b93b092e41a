"""Materials of sessions: not built yet, see the open issues."""
