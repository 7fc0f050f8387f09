"""Syntax trees → actions: one module a family of statements."""
