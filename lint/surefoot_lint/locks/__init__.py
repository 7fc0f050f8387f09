"""Which locks statements take, as measured on servers: the kinds of statements, what was seen, and the page of it."""
