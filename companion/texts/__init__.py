"""Texts for people, by the surface that shows them."""
