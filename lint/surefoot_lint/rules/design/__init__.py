"""SD: design."""
