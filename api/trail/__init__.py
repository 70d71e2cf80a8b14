"""The audit as it is read: by whom, of what, and where each entry belongs."""
