"""The tests mirror the source: one folder per feature."""
