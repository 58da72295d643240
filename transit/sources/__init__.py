"""Sources: the only room that reads the world outside, files and services alike."""
