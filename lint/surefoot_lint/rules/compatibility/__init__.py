"""BC: old code that is still running."""
