"""What stands from week to week: places, people, when they can't come, what they carried, and the rules."""
