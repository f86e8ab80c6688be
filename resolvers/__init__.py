"""How a field is answered: thin functions, each for all its parents at once, that speak domain types only."""
