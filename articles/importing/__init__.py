"""Pure steps from bytes to what is suggested for the record; only the last step writes rows."""
