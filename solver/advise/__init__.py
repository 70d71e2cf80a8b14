"""What a dispatcher asks about the standing data: one question, one file."""
