"""Puts everything together; nothing imports it."""
