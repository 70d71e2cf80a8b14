"""Swaps, as members ask for and answer them, and as schools decide about them."""
