"""What a text may say and how it is read; pure."""
