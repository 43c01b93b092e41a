"""Organisations, teams, people, roles, sign-in, audit."""
