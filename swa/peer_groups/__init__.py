"""Reflective peer-support groups: not built yet, see the open issues."""
