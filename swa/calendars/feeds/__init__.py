"""Calendar links: addresses that a calendar program looks at by itself, personal and public."""
