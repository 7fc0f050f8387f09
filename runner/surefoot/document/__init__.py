"""The page of a schema: what the files build, in the order in which they build it, for people to read."""
