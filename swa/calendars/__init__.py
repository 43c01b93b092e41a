"""Invitations and their iCalendar text."""
