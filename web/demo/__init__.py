"""The door of a demo: every kind of user by one press, with what there is to try."""
