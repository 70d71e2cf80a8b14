"""The city's standing data: files in and out."""
