"""Which optional messages a person gets, and the link in each of them that stops its kind."""
