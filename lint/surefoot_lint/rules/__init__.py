"""The rules: each module below holds one, with its page and its examples."""
