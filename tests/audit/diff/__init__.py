"""Tests of `audit.diff`."""
