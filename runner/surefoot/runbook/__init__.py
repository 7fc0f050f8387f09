"""Pages and psql scripts by which a person does by hand what the runner does, and leaves the same ledger."""
