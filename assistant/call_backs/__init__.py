"""Requests to be called back: read, kept, and sent to the clinic. Plain Python, no Rasa."""
