"""Fixes: one module a family of them."""
