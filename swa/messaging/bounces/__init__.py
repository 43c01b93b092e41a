"""Mail that comes back: told apart, matched with what was sent, and written down."""
