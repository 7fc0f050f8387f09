"""TY: types."""
