"""The screens on which administrators say how deals go."""
