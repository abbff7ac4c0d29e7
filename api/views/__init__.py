"""One room for each noun; what all rooms share is in `reading`."""
