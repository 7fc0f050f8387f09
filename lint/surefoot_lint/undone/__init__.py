"""How each kind of action is undone."""
