"""The screens on which days to come are planned: the week, the way of a day, and who is near."""
