"""Custom actions: what happens after an answer. They import rasa_sdk and the plain Python of `assistant.content`, never rasa."""
