"""The page of a project: what is in its files, what is known of them, and how a database stands."""
