"""Fields and widgets that draw GOV.UK components."""
