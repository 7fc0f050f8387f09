"""The layouts of other migration tools, each read by a file of its own."""
