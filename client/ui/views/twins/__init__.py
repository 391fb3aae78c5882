"""Customers that may be one: the warning while typing, the proposals, the merge."""
