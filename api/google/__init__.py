"""The door for programs written for Google's Fact Check Tools API: the same addresses, answers and errors."""
