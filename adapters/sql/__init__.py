"""SQLAlchemy Core, set-based, on SQLite and PostgreSQL alike."""
