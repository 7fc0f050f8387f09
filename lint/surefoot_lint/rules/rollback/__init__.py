"""RB: the rollback."""
