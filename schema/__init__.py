"""What may be asked: GraphQL types as views of domain objects, inputs and root fields, with no logic."""
