"""The record in other people's formats: pure functions of what was read, that invent nothing. No query in here."""
