"""Two texts beside each other: where they are the same, what changed, and what of it nobody should overlook."""
