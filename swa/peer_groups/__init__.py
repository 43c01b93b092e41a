"""The place of reflective peer-support groups; nothing is in it yet."""
