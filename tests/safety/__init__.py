"""Tests of the safety rules and their detector."""
