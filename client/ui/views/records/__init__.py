"""Contacts and accounts: their lists, pages, histories and forms, one code for both."""
