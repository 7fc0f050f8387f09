"""The invariants that a manifest may ask for, a module each: adding one is adding a file."""
