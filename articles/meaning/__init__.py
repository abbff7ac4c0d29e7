"""What claims mean, as a model of the operator's own sees it: off, and then never imported, without MEANING_MODEL."""
