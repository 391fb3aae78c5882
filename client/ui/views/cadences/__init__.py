"""The screens on which one says how often customers are visited, and where they stand."""
