"""TX: transactions."""
