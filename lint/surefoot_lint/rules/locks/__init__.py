"""Locks and rewrites on tables that are in use."""
