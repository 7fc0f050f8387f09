"""The verbs of Surefoot, for a program that has a connection: one module each."""
