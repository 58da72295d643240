"""Search: which small changes of lines would serve a park best, and what was tried."""
