"""Measurements: programs that print their figures, and what they share with the tests."""
