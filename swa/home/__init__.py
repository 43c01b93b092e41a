"""Pages that read across features: start page, desks."""
