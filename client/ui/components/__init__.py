"""Parts that screens are made of: plain values and callbacks in, controls out."""
