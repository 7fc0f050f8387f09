"""How each kind of action changes the catalog."""
