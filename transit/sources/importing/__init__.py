"""Tables of the world made into a network, and a study area of it."""
