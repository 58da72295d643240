"""Arrays in, arrays out: compiled kernels that know nothing of names, tables or geometry types."""
