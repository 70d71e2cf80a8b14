"""What is around every page: layout, log-in, language, notices."""
