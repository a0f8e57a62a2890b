"""Tests of what is read from the record of a patient."""
