"""The screens of sync: how it stands, what needs a person, and who overwrote whom."""
