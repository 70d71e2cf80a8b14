"""The day for those who direct it: who has come, who comes instead, what happened, and what the day came to."""
