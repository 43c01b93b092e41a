"""Which e-mails a booking or session ought to have, and their words."""
