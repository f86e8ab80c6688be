"""The unified order and stock layer: rules, states, use cases and ports, with no I/O library and no framework."""
