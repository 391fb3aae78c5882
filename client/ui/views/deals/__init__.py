"""The pipeline: the board, a deal's page, its form, and deals on other pages."""
