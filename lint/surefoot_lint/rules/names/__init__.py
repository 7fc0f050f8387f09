"""NM: names."""
