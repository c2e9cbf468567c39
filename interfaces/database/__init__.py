"""Connections, bulk reads and writes, and migrations, for SQLite and PostgreSQL."""
