"""The database: SQLite embedded by default, PostgreSQL by one setting; the same tables and services on both."""
