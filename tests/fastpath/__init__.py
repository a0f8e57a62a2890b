"""Tests of `fastpath`."""
