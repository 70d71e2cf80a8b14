"""Calendar feeds: published duties under secret addresses, for the calendars that people already use."""
