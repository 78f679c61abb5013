"""Rasa graph components and the answer renderer: thin adapters over the plain Python packages beside this one."""
