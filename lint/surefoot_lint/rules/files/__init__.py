"""FS: the set of files."""
