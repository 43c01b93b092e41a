"""Seeded bugs: small patches, each of which must turn one check red.

A patch begins with two or three comment lines and is an ordinary unified diff after them:

    # must turn red: LK-2
    # run: tests/people/test_sign_in.py::test_looking_at_a_link_changes_nothing
    # on: postgresql                  (only when the bug shows on PostgreSQL alone)
"""
