"""Messages: written into an outbox with the change that they tell of, and sent beside the requests."""
