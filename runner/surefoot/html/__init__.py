"""Pages for a browser: one file each, with all that they need in it; they load nothing and send nothing."""
