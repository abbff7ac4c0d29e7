"""A CDN in front: what it may hold without asking us, by which keys, and how it is told to forget; docs/scaling.md."""
