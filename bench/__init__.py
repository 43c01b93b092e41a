"""What `make bench` measures: ratios inside one run, each with its control.

Absolute times depend on the machine of the day; only the ratios are claims.
"""
