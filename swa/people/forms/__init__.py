"""What people may type about people."""
