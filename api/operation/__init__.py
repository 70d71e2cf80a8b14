"""Keeping the service running: logs, health, figures, backups."""
