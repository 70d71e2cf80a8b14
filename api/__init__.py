"""The service: a city's rosters behind an API, the system of record for everything that other programs call."""
