"""The place of the materials library; nothing is in it yet."""
