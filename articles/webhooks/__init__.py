"""Webhooks: what of the ledger is told to other programs, how it is signed, and how it is sent; docs/webhooks.md."""
