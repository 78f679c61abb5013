"""Tests of what turns a message into a decision."""
