"""Mail: kinds, outbox, MIME, dispatcher."""
