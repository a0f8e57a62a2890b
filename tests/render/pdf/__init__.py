"""Tests of `render.pdf`."""
