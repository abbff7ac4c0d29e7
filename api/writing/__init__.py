"""How programs write: bodies that are read strictly, a state that was seen, and the verbs of the models."""
