"""Tests of `selection`."""
