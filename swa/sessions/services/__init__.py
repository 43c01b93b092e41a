"""What people can do about training."""
