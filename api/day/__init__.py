"""The day itself: who has come, who is late or absent, who takes their place, and what is told at its end."""
