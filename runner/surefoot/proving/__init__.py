"""The prover: what happens to a schema and its rows when a migration goes forward, back and forward again."""
