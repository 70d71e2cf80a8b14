"""What a dispatcher does at the desk: reads the roster, edits it, repairs it, asks the engine about it."""
