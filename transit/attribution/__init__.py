"""How much of what a scenario changes comes from each of its changes, and how much from several."""
