"""Tests of `render.drawings`."""
