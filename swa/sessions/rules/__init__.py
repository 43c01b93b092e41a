"""What the toolkit says about training, as plain functions."""
