"""Official notices: a scenario as the change table of a notice, and notices read as scenarios."""
