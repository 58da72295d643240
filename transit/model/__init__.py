"""Frozen values: streets, feed, parks and the network that holds them."""
