"""Visit forms: built by administrators, filled in on the visit."""
