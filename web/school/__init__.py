"""A school's office: its week, its people, who is away, and what waits for its word."""
