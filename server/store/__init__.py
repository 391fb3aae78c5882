"""The canonical store: SQLAlchemy Core on SQLite by default, PostgreSQL by URL.

Functions take an open connection and decide nothing; `Store` opens transactions. Everything is
synchronous, reads no clock and draws no randomness.
"""
