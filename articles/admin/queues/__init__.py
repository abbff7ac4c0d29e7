"""What waits for somebody, each kind in a queue that is worked with few keys."""
