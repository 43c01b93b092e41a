"""What the start page and the desks decide by themselves."""
