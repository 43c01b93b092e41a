"""Topics, sessions, bookings, attendance."""
