"""AN: what could not be read."""
