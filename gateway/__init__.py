"""The running thing: it wires all the rest, and is the only one that knows both the graph and the database."""
