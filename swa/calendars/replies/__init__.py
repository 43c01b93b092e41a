"""Reads the mailbox of the service: calendar answers, bounces, and what people write."""
