"""SU: what the linter was told not to report."""
