"""What happens to invitations and weekly series."""
