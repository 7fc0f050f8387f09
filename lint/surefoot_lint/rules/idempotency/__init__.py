"""ID: can it be run twice."""
