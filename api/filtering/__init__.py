"""What the list of each noun can be narrowed by, a room for each; what they share is in `api.filters`."""
