"""What invitations and weekly series may be, as plain functions."""
