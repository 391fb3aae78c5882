"""Suggested labels: chips on an account, what was learned, and for whom."""
