"""Leads: the list, a lead's page with its four questions, and what it becomes."""
