"""SE: security."""
