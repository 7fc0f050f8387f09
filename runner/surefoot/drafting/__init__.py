"""The way back from drift: the statements that would make a live schema what it should be."""
