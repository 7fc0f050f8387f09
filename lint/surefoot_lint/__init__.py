"""Surefoot's linter: what can be known of migration files without a server."""
