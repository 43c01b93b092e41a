"""Addresses that no mail goes to: why, since when, and how they come off the list again."""
