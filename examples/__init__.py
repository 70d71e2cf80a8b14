"""Problems to start from: the reference city, a small school, and a duty of another kind."""
