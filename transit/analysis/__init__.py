"""Pure functions of a network, one question a file."""
