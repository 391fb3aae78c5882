"""Screens of what is sold and what is on paper: products, price lists, lines, quotes, orders."""
