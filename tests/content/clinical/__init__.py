"""Tests of `content.clinical`."""
