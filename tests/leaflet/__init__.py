"""Tests of `leaflet`."""
