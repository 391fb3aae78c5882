"""What only administrators do: people, teams, territories, the company's settings."""
