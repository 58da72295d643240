"""Changes to a network as plain values, and the ordered lists of them that are scenarios."""
