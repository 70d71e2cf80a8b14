"""What is held on one person: told to them, and taken out when it must be."""
