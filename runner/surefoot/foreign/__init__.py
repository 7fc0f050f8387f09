"""Ledgers of other tools: found in a database, read, and matched with the manifest. None of them is ever written."""
